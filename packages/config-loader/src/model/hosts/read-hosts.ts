import { type Backend, requestValuesIn, type Place } from '@floodgate/core'
import { describeValue } from '@floodgate/settings'
import type { Report } from '../../locate/problem.ts'

/**
 * The reference's pattern of a host, which it searches anywhere: an optional scheme, a name, a port of 2 to 6 digits, a
 * slash.
 */
const hostPattern = /(https?:\/\/)?([a-zA-Z0-9._-]+)(:[0-9]{2,6})?\/?/g

/**
 * Cleans the hosts of a backend as the reference does: `http://` is added if there is no scheme, a trailing slash is
 * removed, a path, credentials or another scheme are refused. With `raw` (`disable_host_sanitize`) they stay as
 * written.
 */
export function readHosts (
  hosts: readonly (string | undefined)[],
  place: Place,
  { raw, sd }: { raw: boolean, sd: Backend['sd'] },
  report: Report
): string[] {
  return hosts.flatMap((host, i) => {
    if (host === undefined) return []
    const at = [...place, i]
    if (/\{[^}]*\}/.test(host)) {
      const wrong = checkRequestHost(host, { raw, sd })
      if (wrong === null) return [host]
      report(
        {
          severity: 'error',
          code: 'invalid-host',
          place: at,
          value: host,
          message: `invalid host ${describeValue(at, host)}: ${wrong.message}`,
          instead: wrong.instead
        }
      )
      return []
    }
    if (sd === 'dns') return [readServiceName(host)]
    if (raw) {
      if (!/^https?:\/\/[^/]/i.test(host)) {
        report({ severity: 'warning', code: 'invalid-host', place: at, value: host, message: `${describeValue(at, host)} does not begin with http:// or https://, so requests to it fail`, instead: 'add the scheme, or remove disable_host_sanitize' })
      }
      return [host]
    }
    const clean = sanitiseHost(host)
    if (clean === null) {
      report(
        {
          severity: 'error',
          code: 'invalid-host',
          place: at,
          value: host,
          message: `invalid host ${describeValue(at, host)}`,
          instead: advise(host)
        }
      )
      return []
    }
    const port = /:(\d+)$/.exec(clean)?.[1]
    if (port !== undefined && Number(port) > 65535) {
      report(
        {
          severity: 'error',
          code: 'invalid-host',
          place: at,
          value: host,
          message: `invalid host ${describeValue(at, host)}: ${port} is not a valid port`
        }
      )
    }
    return [clean]
  })
}

/** What is wrong with a host that takes values of the request; null = nothing. */
function checkRequestHost (host: string, { raw, sd }: { raw: boolean, sd: Backend['sd'] }): { message: string, instead: string } | null {
  if (sd === 'dns') return { message: 'the name of "sd": "dns" takes no value of the request', instead: 'write the SRV name itself' }
  if (sd === 'dns-a') {
    return { message: 'a host of "sd": "dns-a" takes no value of the request, because it is looked up before', instead: 'write the name itself, or remove "sd"' }
  }
  const known = requestValuesIn(host)
  const other = Array.from(host.matchAll(/\{([^}]*)\}/g), ([, name]) => name!).find((name) => !known.includes(name))
  if (other !== undefined) {
    return { message: `it cannot take {${other}}`, instead: 'use {input_headers.NAME}, {input_query_strings.NAME} or {JWT.CLAIM}' }
  }
  if (!raw) {
    return {
      message: 'a host that takes values of the request needs "disable_host_sanitize": true',
      instead: 'set "disable_host_sanitize": true in this backend'
    }
  }
  return /^https?:\/\/[^/]/i.test(host)
    ? null
    : { message: 'it does not start with http:// or https://', instead: `write "http://${host}"` }
}

/** Returns the host as the reference cleans it; null if it is refused. */
export function sanitiseHost (host: string): string | null {
  const matches = [...host.matchAll(hostPattern)]
  if (matches.length !== 1) return null
  const [, scheme = 'http://', name, port = ''] = matches[0]!
  return `${scheme}${name}${port}`
}

/**
 * The SRV name of `sd: dns`: the reference requires `disable_host_sanitize` with it, otherwise it looks up a name with
 * a scheme in it.
 */
function readServiceName (host: string): string {
  return host.replace(/^https?:\/\//i, '').replace(/\/$/, '')
}

function advise (host: string): string {
  const rest = host.replace(/^[a-z]+:\/\//i, '')
  if (/\s/.test(host)) return 'a host must not contain spaces: write "http://name:port"'
  if (rest.includes('@')) return 'a host must not contain credentials: write "http://name:port", and send them in a header'
  if (/\/./.test(rest)) return 'move the path to url_pattern, or set disable_host_sanitize'
  if (/:\d\/?$/.test(rest)) return 'a port of one digit is only accepted with disable_host_sanitize'
  if (rest.startsWith('[')) return 'for an IPv6 address set disable_host_sanitize'
  return 'write "http://name:port" or "https://name:port"; with disable_host_sanitize any text is accepted'
}
