import type { Claims } from '@floodgate/core'
import { claimAt, claimNamed, type FindClaim } from './claim-path.ts'

/** Returns whether claims contain the required roles or scopes. */
export type Permits = (claims: Claims) => boolean

export interface RoleSettings {
  readonly roles?: readonly string[]
  readonly roles_key?: string
  readonly roles_key_is_nested?: boolean
}

/** Creates the check for one of several roles; null if none is required. */
export function createRoleCheck ({ roles = [], roles_key: key, roles_key_is_nested: nested = false }: RoleSettings): Permits | null {
  if (roles.length === 0) return null
  const wanted = new Set(roles)
  const find = (nested ? claimAt : claimNamed)(key || 'roles')
  return (claims) => wordsOf(find, claims).some((role) => wanted.has(role as string))
}

export interface ScopeSettings {
  readonly scopes?: readonly string[]
  readonly scopes_key?: string
  readonly scopes_matcher?: string
}

/** Creates the check for any or all scopes; null if none is required or `scopes_key` is missing. */
export function createScopeCheck ({ scopes = [], scopes_key: key = '', scopes_matcher: matcher = 'any' }: ScopeSettings): Permits | null {
  if (scopes.length === 0 || key === '') return null
  const find = claimAt(key)
  const wanted = [...new Set(scopes)]
  if (matcher === 'all') return (claims) => { const words = wordsOf(find, claims); return wanted.every((scope) => words.includes(scope)) }
  return (claims) => { const words = wordsOf(find, claims); return wanted.some((scope) => words.includes(scope)) }
}

/** Returns the items of a list, or the words of a string. */
function wordsOf (find: FindClaim, claims: Claims): readonly unknown[] {
  const value = find(claims)
  return Array.isArray(value) ? value : typeof value === 'string' ? value.split(' ') : []
}
