import type { FastifyInstance } from 'fastify'
import type { Service } from '@floodgate/core'
import { parseDuration } from '@floodgate/go/duration'
import { ownSettings } from '../own-settings.ts'
import type { Readiness } from '../reload/shared-resources.ts'

const OK = Buffer.from('{"status":"ok"}')
const STOPPING = Buffer.from('{"status":"stopping"}')
const PATHS = ['/livez', '/readyz'] as const

/**
 * Adds `/livez`, which answers 200 while the process runs, and `/readyz`, which answers 503 from the moment on that the
 * gateway stops: for the probes of an orchestrator. Hooks that spare `/__health` spare them too.
 *
 * @param shared that of a process whose configurations replace each other. Default: the app stops when it closes
 * @param report called with an endpoint that has one of these paths; then that is not added
 */
export function addProbes (
  scope: FastifyInstance,
  model: Service,
  shared: Readiness | undefined,
  report: (place: readonly (string | number)[], message: string) => void
): void {
  const { notice } = ownSettings(model).health ?? {}
  if (notice !== undefined && parseDuration(notice) === null) {
    report(['extra_config', 'floodgate', 'health', 'notice'], 'is not a duration: write one such as "5s"')
  }
  const readiness = shared ?? { isReady: true }
  if (shared === undefined) scope.addHook('preClose', async () => { readiness.isReady = false })
  const config = { floodgate: { kind: 'health', endpoint: null } } as const
  for (const url of PATHS) {
    const taken = model.endpoints.find(({ method, path }) => method === 'GET' && path === url)
    if (taken !== undefined) {
      report([...taken.place, 'endpoint'], `GET ${url} is served by extra_config.floodgate.health: choose another path, or remove "health"`)
      continue
    }
    scope.get(url, { config, exposeHeadRoute: false }, function probe (_request, reply) {
      const isOk = url === '/livez' || readiness.isReady
      reply.code(isOk ? 200 : 503).header('content-type', 'application/json; charset=utf-8').send(isOk ? OK : STOPPING)
    })
  }
}
