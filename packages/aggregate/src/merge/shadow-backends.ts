import type { Backend, Endpoint } from '@floodgate/core'
import { parseDuration } from '@floodgate/go'
import type { BackendProxySettings } from '../settings.ts'

/** Whether a backend gets copies of requests only, and its answers do not count (`proxy.shadow`). */
export function isShadow ({ extra }: Pick<Backend, 'extra'>): boolean {
  return (extra.proxy as BackendProxySettings | undefined)?.shadow === true
}

/** The backends whose answers count, in order. */
export function regularBackends ({ backends }: Pick<Endpoint, 'backends'>): Backend[] {
  return backends.filter((backend) => !isShadow(backend))
}

/** The backends that get copies, in order. */
export function shadowBackends ({ backends }: Pick<Endpoint, 'backends'>): Backend[] {
  return backends.filter(isShadow)
}

/** How long copies may take in ms: the longest of the shadows' own timeouts, the endpoint's where one has none. */
export function shadowTimeout (endpoint: Pick<Endpoint, 'backends' | 'timeout'>): number {
  return Math.max(...shadowBackends(endpoint).map(({ extra }) => {
    const { shadow_timeout: text } = extra.proxy as BackendProxySettings
    return (text === undefined ? null : parseDuration(text)) ?? endpoint.timeout
  }))
}
