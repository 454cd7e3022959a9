import { quoteText } from '@floodgate/go'

/** Where in the document something is: the way from its root. */
export interface Location {
  readonly parent: Location | null
  readonly token: string
}

/**
 * Makes a text when it is needed: it may be as long as the document.
 *
 * @param forLog leaves values of the document out: they may be secrets of a client
 */
export type Text = (forLog: boolean) => string

/** What does not fit, with what is below it. */
export interface Violation {
  readonly at: Location | null
  readonly text: Text
  readonly causes: readonly Violation[]
  /** `group`: several of one place. `reference`: what a `$ref` led to; with one cause it is not shown itself. */
  readonly kind: 'own' | 'group' | 'reference'
}

/** How many violations are told; a document that does not fit may have millions. */
export const most = 1000

/** Characters of a text, and of one for the log: what is more is left out, and said so. */
const LONGEST = 64 * 1024
const LONGEST_IN_LOG = 2 * 1024

/** Writes violations as the reference does: a line for each, `- at '/a/0': what`, what is below indented by two blanks. */
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

/** A text in single quotes, as the reference writes it. */
export function quoteLikeGo (text: string): string {
  return `'${quoteText(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}

function pointerOf (at: Location | null): string {
  const tokens: string[] = []
  for (let here = at; here !== null; here = here.parent) tokens.push(here.token.replaceAll('~', '~0').replaceAll('/', '~1'))
  return tokens.reverse().map((token) => `/${token}`).join('')
}
