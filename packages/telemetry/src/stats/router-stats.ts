import type { Endpoint, ServiceHooks } from '@floodgate/core'
import { bodyBytes } from '../requests/body-size.ts'
import { endpointOf, openRecord, type RequestRecord } from '../requests/request-record.ts'
import { routeOf } from '../requests/routes.ts'
import type { StatsNumber, StatsRegistry } from './registry.ts'
import type { Sample } from './sample.ts'

const prefix = 'krakend.router.'

/** What the router counts of an endpoint. */
interface EndpointStats {
  readonly name: string
  readonly sizes: Sample
  readonly times: Sample
  readonly byStatus: Map<number, StatsNumber>
}

export interface RouterStats {
  readonly hooks: ServiceHooks
  /** Adds the requests since the last call to the totals. */
  aggregate (): void
}

/** Counts requests that match an endpoint: how many, their statuses, their sizes in bytes, their times in ns. */
export function countRequests (registry: StatsRegistry, endpoints: readonly Endpoint[]): RouterStats {
  const of = (name: string): StatsNumber => registry.number(`${prefix}${name}`)
  const [connected, disconnected] = [of('connected'), of('disconnected')]
  const [connectedTotal, disconnectedTotal] = [of('connected-total'), of('disconnected-total')]
  const [connectedGauge, disconnectedGauge] = [of('connected-gauge'), of('disconnected-gauge')]
  const byEndpoint = new Map(endpoints.map((endpoint) => [endpoint, describe(registry, routeOf(endpoint))]))

  function count (stats: EndpointStats, record: RequestRecord, start: number): void {
    const { statusCode } = record.reply.raw
    let status = stats.byStatus.get(statusCode)
    if (status === undefined) stats.byStatus.set(statusCode, status = registry.number(`${stats.name}.status.${statusCode}.count`))
    status.value++
    stats.sizes.add(bodyBytes(record))
    stats.times.add(Math.round((performance.now() - start) * 1e6))
    disconnected.value++
  }

  return {
    hooks: {
      onRequest: function countRequest (request, reply, done) {
        const endpoint = endpointOf(request)
        const stats = endpoint === null ? undefined : byEndpoint.get(endpoint)
        if (stats !== undefined) {
          const start = performance.now()
          connected.value++
          const record = openRecord(request, reply)
          reply.raw.on('close', () => { count(stats, record, start) })
        }
        done()
      }
    },
    aggregate () {
      connectedGauge.value = connected.value
      connectedTotal.value += connected.value
      connected.value = 0
      disconnectedGauge.value = disconnected.value
      disconnectedTotal.value += disconnected.value
      disconnected.value = 0
    }
  }
}

function describe (registry: StatsRegistry, route: string): EndpointStats {
  const name = `${prefix}response.${route}`
  registry.number(`${name}.status`)
  return { name, sizes: registry.sample(`${name}.size`), times: registry.sample(`${name}.time`), byStatus: new Map() }
}
