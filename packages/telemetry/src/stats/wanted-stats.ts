import { withoutQuery, type Backend, type Endpoint, type Service } from '@floodgate/core'
import { routeOf } from '../requests/routes.ts'
import { statsNamespace, type StatsSettings } from './options.ts'

/** Whether a configuration has a number or a distribution, by its name. */
export type WantsStats = (name: string) => boolean

const router = 'krakend.router.'
const ofEndpoint = /^krakend\.router\.response\.(.*)\.(?:status(?:\.\d+\.count)?|size|time)$/s
const ofAnswers = /^krakend\.proxy\.(?:requests|latency)\.layer\.((?:pipe|backend)\.name\..*)\.complete\.(?:true|false)\.error\.(?:true|false)$/s

/** The name of an endpoint's answers. */
export function pipeName (endpoint: Pick<Endpoint, 'path'>): string {
  return `pipe.name.${routeOf(endpoint)}`
}

/**
 * The name of a backend's answers: its url_pattern as the reference has it while it builds, `/a/{id}` is `/a/{{.Id}}`. Without
 * the query, which may carry a secret.
 */
export function backendName ({ urlPattern }: Pick<Backend, 'urlPattern'>): string {
  return `backend.name.${withoutQuery(urlPattern).replace(/\{([^{}/])([^{}/]*)\}/g, (_, first: string, rest: string) => `{{.${first.toUpperCase()}${rest}}}`)}`
}

/** Reads which names a configuration has: those of its endpoints and backends, in the layers that are on. Without the namespace: none. */
export function readWantedStats ({ endpoints, extra }: Pick<Service, 'endpoints' | 'extra'>): WantsStats {
  const settings = extra[statsNamespace] as StatsSettings | undefined
  if (settings === undefined) return () => false
  const routes = new Set(settings.router_disabled === true ? [] : endpoints.map(routeOf))
  const answers = new Set([
    ...settings.proxy_disabled === true ? [] : endpoints.map(pipeName),
    ...settings.backend_disabled === true ? [] : endpoints.flatMap(({ backends }) => backends.map(backendName))
  ])
  return (name) => {
    const [, route] = ofEndpoint.exec(name) ?? []
    if (route !== undefined) return routes.has(route)
    const [, answer] = ofAnswers.exec(name) ?? []
    if (answer !== undefined) return answers.has(answer)
    return settings.router_disabled !== true || !name.startsWith(router)
  }
}
