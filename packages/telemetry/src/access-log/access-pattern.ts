import type { FastifyRequest } from 'fastify'
import { asText, withoutQuery } from '@floodgate/core'
import { queryOf, type AccessEntry } from './access-entry.ts'
import { about } from '../about-setting.ts'
import { FG_ERR_TELEMETRY_NO_PATTERN, FG_ERR_TELEMETRY_VARIABLE } from '../errors.ts'
import { escapeField } from '../escape.ts'
import { compileGoTime } from '@floodgate/go/time'
import { traceOf } from '../requests/request-record.ts'
import { compilePattern } from '../pattern.ts'
import { redacted, type Scrub } from '../scrub.ts'
import type { SecretNames } from '../secret-names.ts'

/** Returns the claims of the token that a request was authenticated with. */
export type ReadClaims = (request: FastifyRequest) => Readonly<Record<string, unknown>> | null | undefined

export interface AccessPatternOptions {
  prefix: string
  /** Placeholder for a missing value. */
  missing: string
  claims: ReadClaims
  secrets: SecretNames
  scrub: Scrub
}

/** Formats the line of an entry, without its line feed. */
export type FormatEntry = (entry: AccessEntry) => string

type Part = FormatEntry

const documented = [
  'prefix', 'time', 'statusCode', 'latencyMs', 'latency', 'clientIP', 'method', 'path', 'host', 'header.NAME',
  'scheme', 'jwt.CLAIM', 'query', 'query.NAME', 'proto', 'requestID', 'traceID', 'spanID'
]

/**
 * Prepares a pattern of the access log, with KrakenD Enterprise's variables: `%{clientIP}`, `%{header.User-Agent}`, …
 * and a layout of Go's time package after `%{time:`. Values from clients are escaped as in JSON, and secrets among them
 * are redacted.
 *
 * @throws {FG_ERR_TELEMETRY_NO_PATTERN} it has no variable
 * @throws {FG_ERR_TELEMETRY_VARIABLE} it has one that does not exist
 */
export function compileAccessPattern (pattern: string, options: AccessPatternOptions): FormatEntry {
  const format = compilePattern<AccessEntry>(pattern, (name, key, layout) => createPart(name, key, layout, options))
  if (format === null) {
    throw about(
      'access_log_format',
      new FG_ERR_TELEMETRY_NO_PATTERN('access_log_format', 'access_log_custom_format', '%{time} %{statusCode} %{method} %{path}')
    )
  }
  return format
}

function createPart (
  name: string,
  key: string | undefined,
  layout: string | undefined,
  { prefix, missing, claims, secrets, scrub }: AccessPatternOptions
): string | Part {
  if (key !== undefined) {
    switch (name) {
      case 'header': return headerPart(key.toLowerCase(), missing, secrets, scrub)
      case 'query': return secrets.query.has(key.toLowerCase())
        ? ({ request }) => parameter(request, key) === null ? missing : redacted
        : ({ request }) => value(parameter(request, key), missing, scrub)
      case 'jwt': return ({ request }) => value(claims(request)?.[key], missing, scrub)
    }
    throw unknown(`${name}.${key}`)
  }
  switch (name) {
    case 'prefix': return prefix
    case 'time': {
      const write = compileGoTime(layout || '2006/01/02 - 15:04:05.000')
      return ({ time }) => write(time)
    }
    case 'statusCode': return ({ status }) => String(status)
    case 'latencyMs': return ({ latency }) => latency.toFixed(3)
    case 'latency': return ({ latency }) => (latency / 1e3).toFixed(3)
    case 'clientIP': return ({ clientIp }) => clientIp === '' ? missing : escapeField(clientIp)
    case 'method': return ({ request }) => request.method
    case 'path': return ({ request }) => escapeField(scrub.target(withoutQuery(request.originalUrl)))
    case 'host': return ({ request }) => value(request.host, missing, scrub)
    case 'scheme': return ({ request }) => request.protocol
    case 'query': return ({ request }) => {
      const query = queryOf(request.originalUrl)
      return query === '' ? missing : escapeField(scrub.target(`?${query}`).slice(1))
    }
    case 'proto': return ({ request }) => `HTTP/${request.raw.httpVersion}`
    case 'requestID': return ({ request }) => escapeField(asText(request.id))
    case 'traceID': return ({ request }) => traceOf(request.raw)?.traceId ?? missing
    case 'spanID': return ({ request }) => traceOf(request.raw)?.spanId ?? missing
    default: throw unknown(name)
  }
}

function headerPart (name: string, missing: string, secrets: SecretNames, scrub: Scrub): Part {
  if (secrets.headers.has(name)) return ({ request }) => request.headers[name] === undefined ? missing : redacted
  return ({ request }) => value(request.headers[name], missing, scrub)
}

function parameter (request: FastifyRequest, name: string): string | null {
  const query = queryOf(request.originalUrl)
  return query === '' ? null : new URLSearchParams(query).get(name)
}

function value (value: unknown, missing: string, scrub: Scrub): string {
  if (value === undefined || value === null || value === '') return missing
  // A Referer can have query parameters, like a request target.
  return escapeField(scrub.text(scrub.target(typeof value === 'string' ? value : JSON.stringify(value))))
}

function unknown (name: string): Error {
  return about(
    'access_log_custom_format',
    new FG_ERR_TELEMETRY_VARIABLE('access_log_custom_format', name, documented.map((known) => `%{${known}}`).join(', '))
  )
}
