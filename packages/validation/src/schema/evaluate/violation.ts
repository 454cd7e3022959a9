import { quoteText } from '@floodgate/go/quote'

/** Place in the document: the path from its root. */
export interface Location {
  readonly parent: Location | null
  readonly token: string
}

/**
 * Creates the message when it is needed: it may be as long as the document.
 *
 * @param forLog omits values of the document, which may be secrets of a client
 */
export type Text = (forLog: boolean) => string

/** A violation, with the violations below it. */
export interface Violation {
  readonly at: Location | null
  readonly text: Text
  readonly causes: readonly Violation[]
  /**
   * `group`: several violations at one place. `reference`: a violation below a `$ref`; it is not shown itself if it has
   * only one cause.
   */
  readonly kind: 'own' | 'group' | 'reference'
}

/** Largest number of reported violations; a document may have millions. */
export const most = 1000

/** Largest length of a message, and of one for the log; longer ones are cut, with a note. */
const LONGEST = 64 * 1024
const LONGEST_IN_LOG = 2 * 1024

/** Formats violations as the reference does: a line for each, `- at '/a/0': what`, those below it indented by two blanks. */
export function writeViolations (violations: readonly Violation[], forLog = false): string {
  const longest = forLog ? LONGEST_IN_LOG : LONGEST
  const lines: string[] = []
  let length = 0
  const write = (violation: Violation, indent: string): boolean => {
    const hidden = violation.kind === 'reference' && violation.causes.length === 1
    if (!hidden) {
      if (length > longest || lines.length === most) return false
      const line = `${indent}- at ${quoteLikeGo(pointerOf(violation.at))}: ${violation.text(forLog)}`
      length += line.length
      lines.push(line)
    }
    return violation.causes.every((cause) => write(cause, hidden ? indent : `${indent}  `))
  }
  if (!violations.every((violation) => write(violation, ''))) lines.push('- and more')
  return lines.join('\n')
}

/** Quotes a string with single quotes, as the reference does. */
export function quoteLikeGo (text: string): string {
  return `'${quoteText(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}

function pointerOf (at: Location | null): string {
  const tokens: string[] = []
  for (let here = at; here !== null; here = here.parent) tokens.push(here.token.replaceAll('~', '~0').replaceAll('/', '~1'))
  return tokens.reverse().map((token) => `/${token}`).join('')
}
