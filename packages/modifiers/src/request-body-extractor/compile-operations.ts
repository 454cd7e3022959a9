import { isMarkedNumber, parseExact, unmark, type FeatureContext, type Place } from '@floodgate/core'
import { isHeaderName, writeGoJson } from '@floodgate/go'
import { extractionFault, invalidValueFault } from '../errors.ts'
import { compileExpression } from '../jmespath/language/compile-expression.ts'
import type { ExtractorSettings, OperationSettings } from './settings.ts'

/** A value that a body has, and where it is to be written; `target` of a header is in lower case. */
export interface Extracted {
  readonly operation: CompiledOperation
  readonly value: string
}

export interface CompiledOperation {
  readonly isHeader: boolean
  readonly target: string
  readonly onConflict: OperationSettings['on_conflict']
}

/**
 * Finds the values in a body, in the order of the operations. Throws a Fault: 400 for a value that cannot be written,
 * or that takes too much to find.
 */
export type Extract = (body: Buffer) => readonly Extracted[]

/** Fields that frame a message, name its host, or belong to one connection: a client must not choose them by its body. */
const reserved: ReadonlySet<string> = new Set(
  [
    'connection', 'content-encoding', 'content-length', 'expect', 'host', 'http2-settings', 'keep-alive',
    'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'
  ]
)
/** Longest value, in bytes. */
const MOST_BYTES = 16_384
const NOT_IN_HEADERS = /[^\t\x20-\x7e\x80-\xff]/
const ASCII = /^[\0-\x7f]*$/
const nothing: readonly Extracted[] = []

/** Compiles the operations and reports what is wrong with them; null when there is nothing to do. */
export function compileOperations ({ operations }: ExtractorSettings, place: Place, context: FeatureContext): Extract | null {
  const compiled = operations.flatMap((settings, i) => {
    const problem = (key: string, message: string): void => { context.problem([...place, 'operations', i, key], message) }
    const { type, target, on_conflict: onConflict } = settings
    const isHeader = type === 'header'
    const name = isHeader ? target.toLowerCase() : target
    if (isHeader && (!isHeaderName(target) || name === '__proto__')) {
      problem(
        'target',
      `${JSON.stringify(target)} is not a valid header name`
      )
    } else if (isHeader && reserved.has(name)) {
      problem(
        'target',
      `"${name}" cannot be set from a body: it describes how the request is transferred`
      )
    }
    const find = compileSearch(settings, (message) => { problem('expression', message) })
    return find === null ? [] : [{ operation: { isHeader, target: name, onConflict }, find }]
  })
  if (compiled.length === 0) return null
  return function extract (body) {
    const data = readBody(body)
    if (data === undefined) return nothing
    return compiled.flatMap(({ operation, find }) => {
      const value = toText(search(find, data))
      if (value === null) return []
      return [{ operation, value: operation.isHeader ? toHeader(value, operation.target) : bounded(value, operation.target) }]
    })
  }
}

function compileSearch (
  { strategy, expression }: OperationSettings,
  problem: (message: string) => void
): ((data: unknown) => unknown) | null {
  if (strategy === 'dotnotation') {
    const names = expression.split('.')
    if (!names.includes('')) return (data) => names.reduce(memberOf, data)
    problem(`${JSON.stringify(expression)} has an empty name in it: write names separated by single dots`)
    return null
  }
  try {
    return compileExpression(expression)
  } catch (error) {
    problem(`not a JMESPath expression: ${(error as Error).message}`)
    return null
  }
}

function memberOf (data: unknown, name: string): unknown {
  if (typeof data !== 'object' || data === null || Array.isArray(data) || !Object.hasOwn(data, name)) return null
  return (data as Readonly<Record<string, unknown>>)[name]
}

/** What is not JSON has no values. */
function readBody (body: Buffer): unknown {
  try {
    return parseExact(body)
  } catch {
    return undefined
  }
}

function search (find: (data: unknown) => unknown, data: unknown): unknown {
  try {
    return find(data)
  } catch (error) {
    // As for a value that is missing: clients send bodies of other shapes.
    if (error instanceof TypeError) return null
    throw extractionFault((error as Error).message, error)
  }
}

/** A text as it is, anything else as JSON; null for what is missing. */
function toText (value: unknown): string | null {
  if (value === null || value === undefined) return null
  return typeof value === 'string' && !isMarkedNumber(value) ? value : unmark(writeGoJson(value))
}

/** The UTF-8 bytes of a text, one character each, as Node expects the values of headers. */
function toHeader (text: string, target: string): string {
  const value = ASCII.test(bounded(text, target)) ? text : Buffer.from(text).toString('latin1')
  if (NOT_IN_HEADERS.test(value)) throw invalidValueFault(`the value for the header "${target}" has characters that a header cannot have`)
  return value
}

function bounded (value: string, target: string): string {
  if (Buffer.byteLength(value) > MOST_BYTES) throw invalidValueFault(`the value for "${target}" has more than ${MOST_BYTES} bytes`)
  return value
}
