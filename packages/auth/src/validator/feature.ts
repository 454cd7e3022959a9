import type { FastifyReply, FastifyRequest } from 'fastify'
import { answerEarly, setClaims, type Endpoint, type Feature, type FeatureContext, type RouteHooks } from '@floodgate/core'
import { authMetrics, createAuthCounters } from '../auth-metrics.ts'
import { createVerifiedTokens, type VerifiedTokens } from '../jwt/verified-tokens.ts'
import { isSecureSource } from '../keys/key-client.ts'
import { keySetMetrics } from '../keys/key-set-metrics.ts'
import { keySourcesOf } from '../keys/key-sources.ts'
import { revocationOf } from '../revoker/revocation.ts'
import { createTokenSearch } from './find-token.ts'
import { createTokenValidator, type Verdict } from './validate-token.ts'
import { createClaimParams, createPropagation } from './propagate-claims.ts'
import { shortReason } from './refusals.ts'
import { namespace, type SharedCacheSettings, type ValidatorSettings } from './settings.ts'

/** The points where this feature attaches. */
export const feature: Partial<Feature> = {
  metrics: [...authMetrics, ...keySetMetrics],
  async setup (context) {
    const sources = keySourcesOf(context)
    const cached: ValidatorSettings[] = []
    for (const { extra, place, inputHeaders } of context.model.endpoints) {
      const settings = extra[namespace] as ValidatorSettings | undefined
      if (settings === undefined) continue
      const at = [...place, 'extra_config', namespace]
      await sources.prepare(settings, at)
      checkTogether(settings, (key, message) => { context.problem([...at, key], message) })
      checkEffects(settings, inputHeaders, (key, message) => { context.warning([...at, key], message) })
      if (settings.cache === true) cached.push(settings)
    }
    if (cached.length > 0) {
      context.onServe(() => {
        for (const settings of cached) if (isSecureSource(settings, context.model)) sources.prefetch(settings)
      })
    }
  },
  route: (settings: ValidatorSettings, endpoint, context) => createHooks(settings, endpoint, context)
}

/** Finds settings that contradict each other. */
function checkTogether (settings: ValidatorSettings, report: (key: keyof ValidatorSettings, message: string) => void): void {
  const { cache, jwk_local_path: path = '', propagate_claims: pairs = [], auth_header_name: header = 'Authorization' } = settings
  if (cache === true && path !== '') {
    report('cache', 'keys of a file are not cached: remove "cache", or name a "jwk_url" instead of "jwk_local_path"')
  }
  if (pairs.some(([, name = '']) => !isHeaderName(name))) {
    report('propagate_claims', 'the second string of each pair must be the name of a header')
  }
  if (!isHeaderName(header)) report('auth_header_name', 'must be the name of a header')
}

/** Finds settings that have no effect because of other settings; the reference does not report them. */
function checkEffects (
  settings: ValidatorSettings,
  inputHeaders: readonly string[],
  tell: (key: keyof ValidatorSettings, message: string) => void
): void {
  const { scopes = [], scopes_key: scopesKey = '', propagate_claims: pairs = [] } = settings
  if (scopes.length > 0 && scopesKey === '') {
    tell('scopes', 'are not checked without "scopes_key": name the claim that lists the scopes of a token')
  }
  const lost = inputHeaders.includes('*')
    ? []
    : pairs.map(([, name = '']) => name).filter((name) => !inputHeaders.includes(name.toLowerCase()))
  if (lost.length > 0) {
    tell(
      'propagate_claims',
      `${lost.map((name) => JSON.stringify(name)).join(', ')} never ${lost.length === 1 ? 'reaches' : 'reach'} a backend: list ${lost.length === 1 ? 'it' : 'them'} in the endpoint's "input_headers"`
    )
  }
}

function isHeaderName (name: string): boolean {
  return /^[!#$%&'*+.^_`|~\w-]+$/.test(name)
}

function createHooks (settings: ValidatorSettings, endpoint: Endpoint, context: FeatureContext): RouteHooks {
  const name = `${endpoint.method} ${endpoint.path}`
  const source = keySourcesOf(context).get(settings)
  if (source !== null && !isSecureSource(settings, context.model)) {
    context.warning(
      [...endpoint.place, 'extra_config', namespace],
      'keys from a file or over plain HTTP are not used without "disable_jwk_security": every request is answered 401'
    )
  }
  if (source === null || !isSecureSource(settings, context.model)) {
    const counters = createAuthCounters('validator', endpoint, context)
    return {
      onRequest: (request, reply) => {
        counters?.refused('unknown_key')
        answerEarly(request, reply, 401)
      }
    }
  }

  const findToken = createTokenSearch(settings.auth_header_name || 'Authorization', settings.cookie_key || 'access_token')
  const validate = createTokenValidator(
    settings,
    { source, memory: memoryOf(context), isRevoked: revocationOf(context), sharedMaxAge: sharedMaxAge(context) }
  )
  const propagate = createPropagation(settings)
  const addParams = createClaimParams(endpoint)
  const tells = settings.operation_debug === true
  const counters = createAuthCounters('validator', endpoint, context)

  function carryOut (verdict: Verdict, request: FastifyRequest, reply: FastifyReply, done: () => void): void {
    if ('status' in verdict) {
      counters?.refused(shortReason(verdict.reason))
      if (tells) request.log.error({ endpoint: name, reason: verdict.reason }, 'token refused')
      answerEarly(request, reply, verdict.status)
      return
    }
    counters?.accepted.add()
    const { claims } = verdict
    setClaims(request, claims)
    if (propagate !== null) propagate(request, claims)
    if (addParams !== null) addParams(request, claims)
    done()
  }

  return {
    onRequest: function validateToken (request, reply, done) {
      const text = findToken(request)
      const verdict = text === null ? noToken : validate(text)
      if (verdict instanceof Promise) verdict.then((verdict) => { carryOut(verdict, request, reply, done) }).catch(done)
      else carryOut(verdict, request, reply, done)
    }
  }
}

// eslint-disable-next-line no-restricted-syntax -- by gateway; each cache is bounded
const memories = new WeakMap<FeatureContext, VerifiedTokens>()

/** Returns the cache that the endpoints of a gateway share. */
function memoryOf (context: FeatureContext): VerifiedTokens {
  let memory = memories.get(context)
  if (memory === undefined) memories.set(context, memory = createVerifiedTokens())
  return memory
}

const noToken: Verdict = { status: 401, reason: 'there is no token' }

function sharedMaxAge ({ model }: FeatureContext): number {
  const settings = model.extra[namespace] as SharedCacheSettings | undefined
  return settings === undefined ? 0 : (settings.shared_cache_duration || 900) * 1000
}
