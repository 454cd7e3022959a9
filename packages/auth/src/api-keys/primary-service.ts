import type { CreateService, Endpoint } from '@floodgate/core'
import { createKeyRate, type TakeRequest } from './rate.ts'
import { namespace, type EndpointApiKeysSettings } from './settings.ts'

/** A request with a key to an endpoint. */
export type Question = [endpoint: string, holder: number]

/** Counts the requests of each key for all workers of a gateway. */
export const createRateService: CreateService = ({ model }) => {
  const rates = new Map<string, TakeRequest>()
  for (const endpoint of model.endpoints) {
    const { client_max_rate: rate } = (endpoint.extra[namespace] ?? {}) as EndpointApiKeysSettings
    if (rate) rates.set(endpointName(endpoint), createKeyRate(rate))
  }
  return { call: ([endpoint, holder]: Question) => rates.get(endpoint)?.(holder, performance.now()) ?? true }
}

export function endpointName ({ method, path }: Pick<Endpoint, 'method' | 'path'>): string {
  return `${method} ${path}`
}
