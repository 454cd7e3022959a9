import type { Claims } from '@floodgate/core'

/** Finds a claim; undefined if it is missing. */
export type FindClaim = (claims: Claims) => unknown

/** Finds a claim by its name; dots are part of the name. */
export function claimNamed (name: string): FindClaim {
  return (claims) => Object.hasOwn(claims, name) ? claims[name] : undefined
}

/** Finds a nested claim by dot-separated names; names that begin like a URL are not split. */
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
