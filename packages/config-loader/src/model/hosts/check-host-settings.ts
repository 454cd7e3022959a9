import type { Place } from '@floodgate/core'
import { createNoProxy } from '@floodgate/http-client'
import { type ClientSettings, isObject } from '@floodgate/settings'
import type { Report } from '../../locate/problem.ts'

export interface HostSettingsSubject {
  /** The backend's `backend/http/client` as it is written. */
  readonly keys: unknown
  readonly client: ClientSettings
  readonly hosts: readonly string[]
  readonly sd: string
  readonly method: string
}

/** Methods whose requests are never repeated after they were sent, unless they have an Idempotency-Key. */
const notIdempotent: ReadonlySet<string> = new Set(['POST', 'PATCH'])

/**
 * Reports keys about hosts that fail which have no effect for this backend. Defaults of the root are not reported: they
 * are for others too.
 *
 * @param place of `backend/http/client`
 */
export function checkHostSettings ({ keys, client, hosts, sd, method }: HostSettingsSubject, place: Place, report: Report): void {
  const written = isObject(keys) && isObject(keys['floodgate']) ? keys['floodgate'] : {}
  const { eject, retry } = client.own ?? {}
  const doubt = (path: Place, message: string, instead: string): void => {
    report({ severity: 'warning', code: 'no-effect', place: [...place, 'floodgate', ...path], at: 'key', message, instead })
  }
  const { proxy } = client
  if (sd === 'dns-a' && proxy !== null) {
    const isDirect = createNoProxy(client.own?.noProxy ?? [])
    const proxied = hosts.filter((host) => URL.canParse(host) && !isDirect(new URL(host).hostname, Number(new URL(host).port)))
    if (proxied.length > 0) {
      report({
        severity: 'warning',
        code: 'no-effect',
        place: [...place.slice(0, -2), 'sd'],
        at: 'key',
        message: `"dns-a" has no effect on ${proxied.join(', ')}: the forward proxy looks the name up, and its addresses are not known here`,
        instead: 'remove it, or add the name to "no_proxy" in "floodgate"'
      })
    }
  }
  const count = new Set(hosts).size
  const isAlone = sd === 'static' && count === 1
  if (written['failover'] === true && isAlone) doubt(['failover'], 'has no effect: the backend has one host', 'add another host, or remove it')
  if (written['eject'] !== undefined && eject !== undefined && sd === 'static' && count > 0) {
    if (isAlone) doubt(['eject'], 'has no effect: the backend has one host, which is always used', 'add another host, or remove it')
    else if (Math.floor(count * eject.maxPercent / 100) === 0) {
      doubt(
        ['eject', 'max_percent'],
        `ejects no host: ${eject.maxPercent} percent of ${count} hosts is less than one`,
        `write ${Math.ceil(100 / count)} or more`
      )
    }
  }
  if (written['retry'] === undefined || retry === undefined) return
  if (notIdempotent.has(method) && retry.on.some((cause) => cause !== 'dial')) {
    doubt(
      ['retry'],
      `a ${method} is not repeated after it was sent, because it may take effect twice: only if no connection could be opened, or if it has an Idempotency-Key`,
      'write "on": ["dial"], or let clients send Idempotency-Key (input_headers)'
    )
  }
  if (retry.on.includes('timeout') && client.transport.responseHeaderTimeout === 0) {
    doubt(['retry', 'on'], '"timeout" has no effect: no response_header_timeout is set', 'set response_header_timeout, or remove "timeout"')
  }
}
