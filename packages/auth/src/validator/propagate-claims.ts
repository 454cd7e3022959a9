import type { FastifyRequest } from 'fastify'
import { requestValuesIn, setRequestHeader, type Claims, type Endpoint } from '@floodgate/core'
import { claimAt, claimNamed } from '../jwt/claim-path.ts'
import { claimText, claimTexts } from '../jwt/claim-text.ts'
import { headerText } from '../request-headers.ts'
import type { ValidatorSettings } from './settings.ts'

/** Writes claims into a request. */
export type PropagateClaims = (request: FastifyRequest, claims: Claims) => void

/**
 * Creates the function that writes claims into headers (`propagate_claims`). Each header is overwritten even if its
 * claim is missing, so that a client cannot set it. Null if nothing is configured.
 */
export function createPropagation ({
  propagate_claims: pairs = [],
  propagate_claims_preserve_array: keepLists = false
}: Pick<ValidatorSettings, 'propagate_claims' | 'propagate_claims_preserve_array'>): PropagateClaims | null {
  if (pairs.length === 0) return null
  const headers = pairs.map(([claim = '', header = '']) => ({ find: claimAt(claim), name: header.toLowerCase() }))
  return function propagateClaims (request, claims) {
    for (const { find, name } of headers) {
      const claim = find(claims)
      const texts = keepLists ? claimTexts(claim).map(headerText) : headerText(claimText(claim))
      setRequestHeader(request, name, Array.isArray(texts) && texts.length === 1 ? texts[0]! : texts)
    }
  }
}

/**
 * Creates the function that makes parameters of the claims that a backend's `url_pattern` or `host` takes
 * (`{JWT.sub}`); null when none does.
 */
export function createClaimParams ({ backends }: Pick<Endpoint, 'backends'>): PropagateClaims | null {
  const names = new Set(
    backends.flatMap(
      ({ urlPattern, hosts }) => [urlPattern, ...hosts].flatMap(requestValuesIn)
    ).filter((name) => name.startsWith('JWT.')).map((name) => name.slice('JWT.'.length))
  )
  if (names.size === 0) return null
  const params = Array.from(names, (name) => ({ find: claimNamed(name), param: `JWT.${name}` }))
  return function addClaimParams (request, claims) {
    // A copy: the router does not guarantee a new object for each request.
    const known = { ...request.params as Record<string, string> }
    for (const { find, param } of params) {
      const claim = find(claims)
      if (claim !== undefined) known[param] = claimText(claim)
    }
    request.params = known
  }
}
