import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type { LogRecord } from '../logger/record.ts'
import { severities } from '../severities.ts'

/** Size of a datagram that passes most networks without being split, and of a message's longest form: GELF 1.1. */
const CHUNK = 1420
const HEADER = 12
const MOST_CHUNKS = 128
const NOT_IN_NAMES = /[^\w.-]/g

/**
 * Creates the JSON of GELF 1.1 for records: fields of the record have a `_` before their names, numbers stay numbers.
 *
 * @param prefix of the configuration; '' = none
 */
export function createGelfMessage (prefix: string): (record: LogRecord) => string {
  const host = hostname()
  return function writeGelf ({ time, level, message, fields }) {
    const { stack } = (fields['err'] ?? {}) as { stack?: unknown }
    const gelf: Record<string, unknown> = {
      version: '1.1',
      host,
      short_message: message === '' ? '-' : message,
      ...typeof stack === 'string' && { full_message: stack },
      timestamp: time / 1e3,
      level: severities[level],
      _level_name: level
    }
    if (prefix !== '') gelf['_prefix'] = prefix
    for (const [name, value] of Object.entries(fields)) {
      if (value === undefined || value === null) continue
      const key = `_${name.replace(NOT_IN_NAMES, '_')}`
      // A name that servers refuse.
      gelf[key === '_id' ? '_id_' : key] = typeof value === 'number' || typeof value === 'string' ? value : JSON.stringify(value)
    }
    return JSON.stringify(gelf)
  }
}

/** Splits a message for UDP: one datagram, or chunks with a header; null = it is too long even for these. */
export function splitGelf (message: Buffer): Buffer[] | null {
  if (message.length <= CHUNK) return [message]
  const size = CHUNK - HEADER
  const count = Math.ceil(message.length / size)
  if (count > MOST_CHUNKS) return null
  const id = randomBytes(8)
  return Array.from(
    { length: count },
    (_, i) => Buffer.concat([Buffer.from([0x1e, 0x0f]), id, Buffer.from([i, count]), message.subarray(i * size, (i + 1) * size)])
  )
}
