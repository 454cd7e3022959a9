import type { Claims } from '@floodgate/core'

/** Finds a claim; undefined = it is not there. */
export type FindClaim = (claims: Claims) => unknown

/** Finds a claim by its name; dots in it are a part of it. */
export function claimNamed (name: string): FindClaim {
  return (claims) => Object.hasOwn(claims, name) ? claims[name] : undefined
}

/** Finds a claim inside others, by names with dots between them; names that begin like a URL are no path. */
export function claimAt (path: string): FindClaim {
  const names = path.startsWith('http') ? [path] : path.split('.')
  if (names.length === 1) return claimNamed(path)
  return (claims) => {
    let value: unknown = claims
    for (const name of names) {
      if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return undefined
      value = (value as Claims)[name]
    }
    return value
  }
}
