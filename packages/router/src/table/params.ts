import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import { findBrokenEscape } from '@floodgate/go/url'
import { cleanPath, readRequestPath } from './request-path.ts'
import { sentParams, wasSent, type Params } from '../scope/routed.ts'
import { fastifyNames } from './route-pattern.ts'
import type { Route } from './route-table.ts'

/** Answers a request that Fastify's router matched and the reference would not. */
export type Divert = (request: FastifyRequest, reply: FastifyReply) => void

const SUSPICIOUS = /[%?#/]/
const ENCODED_SLASH = /^[^?]*%2f/i

/**
 * Creates the hook that converts the parameters found by Fastify's router to `request.params`: by their configured
 * names, with the checks of the reference. Null if a route has no parameters.
 *
 * @param isAlias only requests from `sendTo` belong to the route
 * @param checked whether parameters that still contain encoded characters are refused (not with
 * `disable_path_decoding`)
 * @param cleans whether paths are cleaned before they are matched (`remove_extra_slash`)
 */
export function createParamsHook (
  route: Route,
  isAlias: boolean,
  { checked, cleans }: { checked: boolean, cleans: boolean },
  divert: Divert
): onRequestHookHandler | null {
  const { names, segments, wildcard } = route.pattern
  if (names.length === 0 && !isAlias) return null
  const keys = fastifyNames(route.pattern)
  const last = segments.at(-1)
  const endsInParam = !wildcard && typeof last === 'object' && last.texts.at(-1) === ''

  return function readParams (request, reply, done) {
    const params = sentParams(request.raw, route) ?? (isAlias ? null : found(request))
    if (params === null) { divert(request, reply); return }
    request.params = params
    const refusal = checked ? refusalOf(params, names) : null
    if (refusal === null) { done(); return }
    reply.code(400).header('content-type', 'text/plain; charset=utf-8').send(Buffer.from(refusal))
  }

  /** Null if an encoded slash, an empty end, or cleaning makes it another path for the reference. */
  function found (request: FastifyRequest): Params | null {
    if (cleans && !isClean(request.raw.url!)) return null
    const by = request.params as Params
    const params: Params = {}
    for (let i = 0; i < keys.length; i++) {
      const value = by[keys[i]!]!
      if (keys[i] !== '*' && value.includes('/')) return null
      params[names[i]!] = value
    }
    if (endsInParam && params[names.at(-1)!] === '') return null
    return wildcard && ENCODED_SLASH.test(request.raw.url!) ? null : params
  }
}

/**
 * Creates the hook that diverts requests with a `#` in their path: the reference treats it like other characters, and
 * Fastify's router ends the path there.
 */
export function createFragmentHook (divert: Divert): onRequestHookHandler {
  return function divertFragment (request, reply, done) {
    const url = request.raw.url!
    const at = url.indexOf('#')
    if (at < 0 || wasSent(request.raw) || url.slice(0, at).includes('?')) done()
    else divert(request, reply)
  }
}

/** Returns the reference's error for parameters that are still encoded after decoding; null if they are valid. */
function refusalOf (params: Params, names: readonly string[]): string | null {
  for (const name of names) {
    const value = params[name]!
    if (!SUSPICIOUS.test(value)) continue
    const broken = findBrokenEscape(value)
    if (broken !== null) return `error: invalid URL escape ${JSON.stringify(broken)}`
    if (/[%?#]/.test(value)) return 'error: encoded url params'
  }
  return null
}

function isClean (url: string): boolean {
  const { path } = readRequestPath(url)
  return path !== null && cleanPath(path) === path
}
