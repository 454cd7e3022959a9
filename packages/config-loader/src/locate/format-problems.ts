import { formatPlace } from '@floodgate/settings'
import type { Problem } from './problem.ts'
import { writeUnsupportedHints, type Audience } from '../namespaces/unsupported-hints.ts'

export interface FormatOptions {
  /** Colour for a terminal. Default false. */
  readonly color?: boolean
  /** The audience: options are shown as flags of the command, or as options of a program. Default: `program`. */
  readonly audience?: Audience
}

/** Number of problems of one kind that are shown in full. */
const shownInFull = 3

/**
 * Formats problems as text, one block each: `file:line:column severity key.path: message`, the line in question with
 * a caret, what to do instead. Equal warnings at many places are shortened after a few.
 */
export function formatProblems (problems: readonly Problem[], { color = false, audience = 'program' }: FormatOptions = {}): string {
  const paint = color ? colored : plain
  const seen = new Map<string, number>()
  const shortened = new Map<string, { last: Problem, count: number }>()
  const blocks: string[] = []
  for (const problem of problems) {
    const kind = `${problem.code} ${problem.message}`
    const count = (seen.get(kind) ?? 0) + 1
    seen.set(kind, count)
    if (problem.severity === 'warning' && count > shownInFull) shortened.set(kind, { last: problem, count: count - shownInFull })
    else blocks.push(formatProblem(problem, paint, audience))
  }
  for (const { last, count } of shortened.values()) {
    blocks.push(
      `${paint.warning('warning')} the same at ${count} more place${count === 1 ? '' : 's'}, the last at ${formatPosition(last)}: ${last.message}`
    )
  }
  return blocks.join('\n')
}

function formatProblem (problem: Problem, paint: Paint, audience: Audience): string {
  const { severity, place, message, excerpt, instead, related, unsupported } = problem
  const path = formatPlace(place)
  const lines = [
    `${paint.dim(formatPosition(problem))} ${paint[severity](severity)} ${path === '' ? '' : `${paint.bold(path)}: `}${message}`
  ]
  if (excerpt !== null) lines.push(...excerpt.split('\n').map((line) => paint.dim(`  ${line}`)))
  for (const other of related) lines.push(`  the other is ${formatPlace(other.place)} at ${formatPosition(other)}`)
  if (instead !== null) lines.push(...instead.split('\n').map((line) => `  ${line}`))
  if (unsupported !== undefined) lines.push(...writeUnsupportedHints(unsupported, audience).map((line) => `  ${line}`))
  return lines.join('\n')
}

function formatPosition ({ file, line, column }: Pick<Problem, 'file' | 'line' | 'column'>): string {
  return line === null ? file : `${file}:${line}:${column}`
}

type Paint = Record<'error' | 'warning' | 'bold' | 'dim', (text: string) => string>

const same = (text: string) => text
const plain: Paint = { error: same, warning: same, bold: same, dim: same }
const style = (on: number, off: number) => (text: string) => `\u001b[${on}m${text}\u001b[${off}m`
const colored: Paint = { error: style(31, 39), warning: style(33, 39), bold: style(1, 22), dim: style(2, 22) }
