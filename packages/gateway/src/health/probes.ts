import type { FastifyInstance, FastifyReply, RouteHandlerMethod } from 'fastify'
import type { Place, Service } from '@floodgate/core'
import { routerSettings } from '@floodgate/router'
import { probePaths, type Probe } from './probe-paths.ts'
import type { ReadyAnswer } from './ready-report.ts'
import type { HealthSettings } from './settings.ts'

const OK = Buffer.from('{"status":"ok"}')
const place = ['extra_config', 'floodgate', 'health'] as const

export interface ProbesOptions {
  readonly model: Service
  readonly settings: HealthSettings
  /** Whether the gateway should get requests; called per request. */
  ready (): ReadyAnswer | Promise<ReadyAnswer>
  /** Called for a path that is already served; its probe is not added. */
  report (place: Place, message: string): void
}

/**
 * Adds the probes of an orchestrator to a scope: `/livez` answers 200 while the process runs, `/readyz` as `ready` says. Hooks that
 * spare KrakenD's health endpoint spare them too.
 */
export function addProbes (scope: FastifyInstance, { model, settings, ready, report }: ProbesOptions): void {
  const paths = probePaths(settings)
  const handlers: Readonly<Record<Probe, RouteHandlerMethod>> = {
    live (_request, reply) { answer(reply, 200, OK) },
    ready (_request, reply) {
      const result = ready()
      if ('then' in result) return result.then(({ isReady, body }) => answer(reply, isReady ? 200 : 503, body))
      return answer(reply, result.isReady ? 200 : 503, result.body)
    }
  }
  for (const probe of ['live', 'ready'] as const) {
    const url = paths[probe]
    const taken = findTaken(model, url, probe === 'ready' ? paths.live : null)
    if (taken !== null) {
      report(taken.place, `GET ${url} is served by extra_config.floodgate.health (${probe}_path)${taken.by}: choose another path for one of them`)
      continue
    }
    scope.get(url, {
      config: { floodgate: { kind: 'health', endpoint: null } },
      exposeHeadRoute: false
    }, handlers[probe])
  }
}

function answer (reply: FastifyReply, status: number, body: Buffer): FastifyReply {
  return reply.code(status).header('content-type', 'application/json; charset=utf-8').send(body)
}

/** What serves a path already. */
function findTaken (model: Service, url: string, other: string | null): { place: Place, by: string } | null {
  const endpoint = model.endpoints.find(({ method, path }) => method === 'GET' && path === url)
  if (endpoint !== undefined) return { place: [...endpoint.place, 'endpoint'], by: '' }
  const router = routerSettings(model)
  if (!router.disable_health && router.health_path.replace(/^(?!\/)/, '/') === url) {
    return { place, by: ' and by router.health_path' }
  }
  return url === other ? { place: [...place, 'ready_path'], by: ' as live_path and as ready_path' } : null
}
