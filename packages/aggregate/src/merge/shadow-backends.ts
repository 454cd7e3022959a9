import type { Backend, Endpoint } from '@floodgate/core'
import { parseDuration } from '@floodgate/go/duration'
import type { BackendProxySettings } from '../settings.ts'

/** Returns whether a backend only gets copies of requests and its responses are ignored (`proxy.shadow`). */
export function isShadow ({ extra }: Pick<Backend, 'extra'>): boolean {
  return (extra.proxy as BackendProxySettings | undefined)?.shadow === true
}

/** Returns the backends without shadows, in order. */
export function regularBackends ({ backends }: Pick<Endpoint, 'backends'>): Backend[] {
  return backends.filter((backend) => !isShadow(backend))
}

/** Returns the shadow backends, in order. */
export function shadowBackends ({ backends }: Pick<Endpoint, 'backends'>): Backend[] {
  return backends.filter(isShadow)
}

/** Returns the timeout of copies in ms: the longest of the shadows' own timeouts; the endpoint's if one has none. */
export function shadowTimeout (endpoint: Pick<Endpoint, 'backends' | 'timeout'>): number {
  return Math.max(...shadowBackends(endpoint).map(({ extra }) => {
    const { shadow_timeout: text } = extra.proxy as BackendProxySettings
    return (text === undefined ? null : parseDuration(text)) ?? endpoint.timeout
  }))
}
