import type { CreateService, Endpoint, Service } from '@floodgate/core'
import { createKeyRate, type TakeRequest } from './rate.ts'
import { namespace, type EndpointApiKeysSettings } from './settings.ts'

/** A request with a key to an endpoint. */
export type Question = [endpoint: string, holder: number]

/** Counts the requests of each key for all workers of a gateway. */
export const createRateService: CreateService = ({ model }) => {
  let rates = new Map<string, Counted>()
  update(model)

  /** Counts of unchanged endpoints stay. Holders are positions among the keys. */
  function update ({ endpoints, extra }: Service): void {
    const keys = JSON.stringify(extra[namespace])
    rates = new Map(endpoints.flatMap((endpoint) => {
      const { client_max_rate: rate } = (endpoint.extra[namespace] ?? {}) as EndpointApiKeysSettings
      if (!rate) return []
      const name = endpointName(endpoint)
      const known = rates.get(name)
      return [[name, known?.rate === rate && known.keys === keys ? known : { rate, keys, take: createKeyRate(rate) }]]
    }))
  }

  return {
    update,
    call: ([endpoint, holder]: Question) => rates.get(endpoint)?.take(holder, performance.now()) ?? true
  }
}

interface Counted { readonly rate: number, readonly keys: string, readonly take: TakeRequest }

export function endpointName ({ method, path }: Pick<Endpoint, 'method' | 'path'>): string {
  return `${method} ${path}`
}
