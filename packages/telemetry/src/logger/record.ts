import { escapeControls } from '../escape.ts'
import { nameLevel, type LevelName } from './levels.ts'
import type { Scrub } from '../scrub.ts'
import type { SerializedError } from './serialize-error.ts'

/** Keys under which our pino writes level and time: names that no field uses. */
export const levelKey = '@level'
export const timeKey = '@time'

/** Module name of the reference's logger, on which patterns and parsers rely. */
export const module = 'KRAKEND'

/** One line of the application log before it is formatted; without secrets. */
export interface LogRecord {
  /** ms since the epoch */
  time: number
  level: LevelName
  message: string
  /** Everything else that was logged, bindings of child loggers included. */
  fields: Record<string, unknown>
}

/** Parses a line that pino wrote. */
export function readRecord (line: string, scrub: Scrub): LogRecord {
  const { [levelKey]: level, [timeKey]: time, msg, ...fields } = JSON.parse(line) as Record<string, unknown>
  return {
    time: time as number,
    level: nameLevel(level as number),
    message: msg === undefined ? '' : scrub.text(typeof msg === 'string' ? msg : JSON.stringify(msg)),
    fields: scrub.value(fields) as Record<string, unknown>
  }
}

/**
 * Formats a record as one line of text: the message, the error, and the fields as `name=value`.
 */
export function describeRecord ({ message, fields }: LogRecord): string {
  const { err, detail, ...others } = fields
  const { error, rest } = splitError(err)
  const reasons = [error.message, error.detail, detail, error.cause].filter(
    (reason): reason is string => typeof reason === 'string' && reason !== '' && reason !== message
  )
  const parts = [...new Set(reasons)]
  let text = message === '' ? parts.join(': ') : [message, ...parts].join(': ')
  for (const [name, value] of Object.entries({ ...rest, ...others })) {
    if (value !== undefined && value !== null) text += `${text === '' ? '' : ' '}${name}=${writeValue(value)}`
  }
  return escapeControls(text)
}

function splitError (err: unknown): { error: Partial<SerializedError>, rest: Record<string, unknown> } {
  if (typeof err !== 'object' || err === null) return { error: {}, rest: err === undefined ? {} : { err } }
  const { type, message, detail, cause, ...rest } = err as Partial<SerializedError>
  // If there is a code, it is more informative than the class.
  return {
    error: { message: message ?? '', detail: detail ?? '', cause: cause ?? '' },
    rest: rest.code === undefined ? { type, ...rest } : rest
  }
}

function writeValue (value: unknown): string {
  if (typeof value === 'string' && value !== '' && !/[\s"=]/.test(value)) return value
  return JSON.stringify(value)
}
