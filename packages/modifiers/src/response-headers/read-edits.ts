import { validateHeaderValue } from 'node:http'
import { isHeaderName } from '@floodgate/go/header'
import type { ResponseHeadersSettings } from './settings.ts'

/** What is to be done with the headers of every response; names are in lower case. */
export interface HeaderEdits {
  readonly removed: readonly string[]
  readonly replaced: readonly Lines[]
  readonly added: readonly Lines[]
  readonly renamed: readonly (readonly [from: string, to: string])[]
}

/** A header with its values, each a line. */
export type Lines = readonly [name: string, values: readonly string[]]

type ReportProblem = (steps: readonly (string | number)[], message: string) => void

/** Fields that frame a message or belong to one connection (RFC 9110, section 7.6.1): the server alone can set them. */
const framing: ReadonlySet<string> = new Set(
  ['connection', 'content-length', 'http2-settings', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade']
)

/**
 * Reads the settings and reports what cannot be done with them.
 *
 * @param problem gets the steps below the namespace
 */
export function readEdits (settings: ResponseHeadersSettings, problem: ReportProblem): HeaderEdits {
  const nameOf = (written: string, ...steps: (string | number)[]): string | null => {
    const name = written.toLowerCase()
    if (!isHeaderName(written) || name === '__proto__') problem(steps, `${JSON.stringify(written)} is not a valid header name`)
    else if (framing.has(name)) {
      problem(
        steps,
      `"${name}" cannot be changed: it describes how the response is transferred, and a wrong one would break the connection`
      )
    } else return name
    return null
  }
  const linesOf = (operation: 'replace' | 'add'): Lines[] => {
    const found = new Map<string, string[]>()
    for (const [written, values] of Object.entries(settings[operation] ?? {})) {
      const name = nameOf(written, operation, written)
      for (const [i, value] of values.entries()) {
        if (!isValue(value)) {
          problem([operation, written, i], 'holds characters that a header cannot have, such as a line break')
        }
      }
      if (name === null) continue
      const before = found.get(name)
      if (before === undefined) found.set(name, [...values])
      else if (operation === 'add') before.push(...values)
      else problem([operation, written], `"${name}" is replaced twice, in different spellings: keep one of them`)
    }
    return [...found]
  }
  const removed = (settings.delete ?? []).flatMap((written, i) => nameOf(written, 'delete', i) ?? [])
  const replaced = linesOf('replace')
  const added = linesOf('add').filter(([, values]) => values.length > 0)
  return { removed, replaced, added, renamed: readRenames(settings, nameOf, problem) }
}

function readRenames (
  { rename = {} }: ResponseHeadersSettings,
  nameOf: (written: string, ...steps: string[]) => string | null,
  problem: ReportProblem
): [string, string][] {
  const renamed = new Map<string, string>()
  const targets = new Set<string>()
  for (const [written, target] of Object.entries(rename)) {
    const from = nameOf(written, 'rename', written)
    const to = nameOf(target, 'rename', written)
    if (from === null || to === null || from === to) continue
    if (from === 'date') problem(['rename', written], '"date" is written after all headers have been changed: it cannot be renamed')
    if (renamed.has(from)) problem(['rename', written], `"${from}" is renamed twice, in different spellings: keep one of them`)
    else if (targets.has(to)) problem(['rename', written], `another header is renamed to "${to}" as well: keep one of them`)
    renamed.set(from, to)
    targets.add(to)
  }
  return [...renamed]
}

function isValue (value: string): boolean {
  try {
    validateHeaderValue('x', value)
    return true
  } catch {
    return false
  }
}
