import type { CoreRequest, StepResponse } from '@floodgate/core'
import { isMarkedNumber, literalOf, peekData, unmark, withoutQuery } from '@floodgate/core'
import { compileGoTime } from '@floodgate/go/time'
import { queryOf } from '../access-log/access-entry.ts'
import type { ReadClaims } from '../access-log/access-pattern.ts'
import { escapeField } from '../escape.ts'
import { FG_ERR_TELEMETRY_NO_PATTERN, FG_ERR_TELEMETRY_VARIABLE } from '../errors.ts'
import { compilePattern, type Part } from '../pattern.ts'
import { redacted, type Scrub } from '../scrub.ts'
import { secretKeys, type SecretNames } from '../secret-names.ts'

/** One call of a backend, after its response was decoded or it failed. */
export interface BackendEntry {
  /** As it was sent. */
  request: CoreRequest
  clientIp: string
  /** Status of the backend; null = it did not answer. */
  status: number | null
  /** Null = it failed. */
  response: StepResponse | null
  /** Duration in ms. */
  latency: number
  /** In ms since the epoch. */
  time: number
}

export interface BackendPatternOptions {
  prefix: string
  /** Placeholder for a missing value. */
  missing: string
  claims: ReadClaims
  secrets: SecretNames
  scrub: Scrub
}

const documented = [
  'prefix', 'time', 'statusCode', 'latencyMs', 'latency', 'clientIP', 'method', 'host', 'path', 'scheme', 'query', 'query.NAME',
  'header.NAME', 'jwt.CLAIM', 'resp.PATH'
]

/**
 * Prepares a pattern of the backend log: variables are about the request that was sent to the backend, `%{resp.PATH}` is a
 * value of the decoded response. Values are escaped as in JSON, and secrets among them are redacted.
 *
 * @throws {FG_ERR_TELEMETRY_NO_PATTERN} it has no variable
 * @throws {FG_ERR_TELEMETRY_VARIABLE} it has one that does not exist
 */
export function compileBackendPattern (pattern: string, options: BackendPatternOptions): (entry: BackendEntry) => string {
  const format = compilePattern<BackendEntry>(pattern, (name, key, layout) => createPart(name, key, layout, options))
  if (format === null) throw new FG_ERR_TELEMETRY_NO_PATTERN('backend', 'custom_format', '%{time} %{statusCode} %{method} %{path}')
  return format
}

function createPart (
  name: string,
  key: string | undefined,
  layout: string | undefined,
  { prefix, missing, claims, secrets, scrub }: BackendPatternOptions
): Part<BackendEntry> {
  const show = (value: unknown): string => {
    if (value === undefined || value === null || value === '') return missing
    const text = typeof value === 'string' ? value : unmark(JSON.stringify(scrub.value(value)))
    return escapeField(scrub.text(scrub.target(text)))
  }
  if (key !== undefined) {
    switch (name) {
      case 'header': {
        const header = key.toLowerCase()
        return ({ request }) => {
          const value = request.headers[header]
          return value !== undefined && secrets.headers.has(header) ? redacted : show(value)
        }
      }
      case 'query': return ({ request }) => {
        const value = new URLSearchParams(queryOf(request.target)).get(key)
        return value !== null && secrets.query.has(key.toLowerCase()) ? redacted : show(value)
      }
      case 'jwt': return ({ request }) => show(claims(request.incoming)?.[key])
      case 'resp': {
        const path = key.split('.')
        const isSecret = secretKeys.has(path.at(-1)!.toLowerCase())
        return ({ response }) => {
          const value = response === null ? undefined : valueAt(response, path)
          return isSecret && value !== undefined ? redacted : show(value)
        }
      }
    }
    throw unknown(`${name}.${key}`)
  }
  switch (name) {
    case 'prefix': return prefix
    case 'time': {
      const write = compileGoTime(layout || '2006/01/02 - 15:04:05.000')
      return ({ time }) => write(time)
    }
    case 'statusCode': return ({ status }) => status === null ? missing : String(status)
    case 'latencyMs': return ({ latency }) => latency.toFixed(3)
    case 'latency': return ({ latency }) => (latency / 1e3).toFixed(3)
    case 'clientIP': return ({ clientIp }) => show(clientIp)
    case 'method': return ({ request }) => request.method
    case 'host': return ({ request }) => show(request.origin.replace(/^[a-z]+:\/\//, ''))
    case 'scheme': return ({ request }) => show(/^[a-z]+(?=:)/.exec(request.origin)?.[0])
    case 'path': return ({ request }) => show(withoutQuery(request.target))
    case 'query': return ({ request }) => {
      const query = queryOf(request.target)
      return query === '' ? missing : escapeField(scrub.target(`?${query}`).slice(1))
    }
    default: throw unknown(name)
  }
}

/** A value of the decoded response; lists by the position of their items. Numbers have the digits that were received. */
function valueAt (response: StepResponse, path: readonly string[]): unknown {
  let value: unknown = peekData(response) ?? undefined
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as Record<string, unknown>)[step]
  }
  return typeof value === 'string' && isMarkedNumber(value) ? literalOf(value) : value
}

function unknown (name: string): Error {
  return new FG_ERR_TELEMETRY_VARIABLE('backend.custom_format', name, documented.map((known) => `%{${known}}`).join(', '))
}
