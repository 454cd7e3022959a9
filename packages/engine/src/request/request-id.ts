import type { Service } from '@floodgate/core'

/** `floodgate.request_id`. */
export interface RequestIdSettings {
  /** Name of the header; default `X-Request-Id`. */
  readonly header?: string
  /** Whether the header of a request gives its id. Default true. */
  readonly trust?: boolean
  /** Whether backends get the header. Default false. */
  readonly forward?: boolean
}

/** Name of the header with the id of a request, in lower case. */
export function requestIdHeader ({ header = 'X-Request-Id' }: RequestIdSettings): string {
  return header.toLowerCase()
}

/** Name of the header in which backends get the id of a request, in lower case; null if they get none. */
export function forwardedIdHeader ({ extra }: Pick<Service, 'extra'>): string | null {
  const { request_id: settings } = (extra?.['floodgate'] ?? {}) as { request_id?: RequestIdSettings }
  return settings?.forward === true ? requestIdHeader(settings) : null
}
