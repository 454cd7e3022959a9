import type { FastifyReply, FastifyRequest } from 'fastify'
import { answerEarly, setRequestHeader, type Endpoint, type Feature, type FeatureContext, type RouteHooks } from '@floodgate/core'
import { authMetrics, createAuthCounters } from '../auth-metrics.ts'
import { headerText } from '../request-headers.ts'
import { createKeySearch } from './find-key.ts'
import { createKeyIndex, checkKeys, type FindHolder } from './key-index.ts'
import { endpointName, type Question } from './primary-service.ts'
import { createKeyRate } from './rate.ts'
import { namespace, type ApiKeysSettings, type EndpointApiKeysSettings } from './settings.ts'

// eslint-disable-next-line no-restricted-syntax -- by gateway, filled at boot
const indexes = new WeakMap<FeatureContext, FindHolder>()

/** The points where this feature attaches. */
export const feature: Partial<Feature> = {
  metrics: authMetrics,
  setup (context) {
    const settings = context.model.extra[namespace] as ApiKeysSettings | undefined
    if (settings === undefined) return
    for (const { index, message } of checkKeys(settings)) context.problem(['extra_config', namespace, 'keys', index, 'key'], message)
    indexes.set(context, createKeyIndex(settings))
  },
  route: (settings: EndpointApiKeysSettings, endpoint, context) => createHooks(settings, endpoint, context)
}

/** Counts a request; false if the limit is exceeded. With workers, the primary counts. */
type Take = (holder: number) => boolean | Promise<boolean>

function createTake (rate: number, endpoint: Endpoint, { workers, keep, model }: FeatureContext): Take {
  if (workers !== null) {
    const name = endpointName(endpoint)
    // As limits of requests: a primary that hangs lets nothing through.
    return (holder) => workers.call<boolean>(namespace, [name, holder] satisfies Question).catch(() => false)
  }
  // Holders are positions among the keys.
  const take = keep(`${namespace} ${endpointName(endpoint)}`, [rate, model.extra[namespace]], () => createKeyRate(rate))
  return (holder) => take(holder, performance.now())
}

function createHooks (settings: EndpointApiKeysSettings, endpoint: Endpoint, context: FeatureContext): RouteHooks {
  const { place } = endpoint
  const findHolder = indexes.get(context)
  const service = context.model.extra[namespace] as ApiKeysSettings | undefined
  if (findHolder === undefined || service === undefined) {
    context.problem([...place, 'extra_config', namespace], `there are no keys: list them in "${namespace}" of the service's extra_config`)
    return {}
  }
  const strategy = settings.strategy ?? service.strategy ?? 'header'
  const findKey = createKeySearch(strategy, settings.identifier || service.identifier || (strategy === 'header' ? 'Authorization' : 'key'))
  const wanted = new Set(settings.roles ?? [])
  const roleHeader = (service.propagate_role ?? '').toLowerCase()
  const counters = createAuthCounters('api-keys', endpoint, context)
  const take = settings.client_max_rate ? createTake(settings.client_max_rate, endpoint, context) : null

  return {
    onRequest: function checkApiKey (request, reply, done) {
      const key = findKey(request)
      const holder = key === null ? null : findHolder(key)
      if (holder === null) { refuse(key === null ? 'missing' : 'unknown_key', request, reply, 401); return }
      const role = wanted.size === 0 ? 'ANY' : holder.roles.find((role) => wanted.has(role))
      if (role === undefined) { refuse('roles', request, reply, 403); return }
      const taken = take === null || take(holder.id)
      if (typeof taken === 'boolean') letIn(taken, role, request, reply, done)
      else taken.then((taken) => { letIn(taken, role, request, reply, done) }).catch(done)
    }
  }

  function refuse (reason: string, request: FastifyRequest, reply: FastifyReply, status: 401 | 403 | 429): void {
    counters?.refused(reason)
    answerEarly(request, reply, status)
  }

  function letIn (taken: boolean, role: string, request: FastifyRequest, reply: FastifyReply, done: () => void): void {
    if (!taken) { refuse('rate', request, reply, 429); return }
    counters?.accepted.add()
    if (roleHeader !== '') setRequestHeader(request, roleHeader, headerText(role))
    done()
  }
}
