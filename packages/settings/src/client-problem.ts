/** Something wrong with one value of the client settings, or doubtful about it. Holds no secret. */
export interface ClientProblem {
  /** Where, from the parsed object down: `['client_tls', 'ca_certs', 0]`; empty = the object itself. */
  readonly path: readonly (string | number)[]
  /** Whether the key itself or its value is in question. */
  readonly at: 'key' | 'value'
  /** Kind of problem in kebab case: `wrong-type`, `unknown-key`, `unreadable-file`, … */
  readonly code: string
  /** What is wrong, in words that follow the place. */
  readonly message: string
  /** The value in question where it is a scalar, without credentials; null otherwise. */
  readonly value: string | number | boolean | null
  /** What to do instead; null when the message says it all. */
  readonly instead: string | null
}

const mask = '***'

export type ProblemPath = readonly (string | number)[]

/** Takes note of a problem. */
export type NoteProblem = (path: ProblemPath, problem: { code: string, message: string, value?: unknown, instead?: string | null, at?: 'key' | 'value' }) => void

/** Collects problems below a path. */
export function collectProblems (into: ClientProblem[]): NoteProblem {
  return function note (path, { code, message, value = null, instead = null, at = 'value' }) {
    into.push({ path, at, code, message, value: showScalar(value), instead })
  }
}

/** Puts another path in front of a note's own. */
export function below (note: NoteProblem, parent: ProblemPath): NoteProblem {
  return (path, problem) => { note([...parent, ...path], problem) }
}

/** Names a value by what JSON calls it; scalars as they are written. */
export function describeValue (value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list (array)'
  if (typeof value === 'object') return 'an object'
  if (value === undefined) return 'nothing'
  const kind = typeof value === 'string' ? 'the text' : `the ${typeof value}`
  const text = JSON.stringify(showScalar(value))
  return `${kind} ${text.length <= 120 ? text : `${text.slice(0, 119)}…`}`
}

/** Joins names for a sentence: `a, b or c`. */
export function listWords (words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

/** Takes user and password out of an address in a text, also in one that no parser takes. */
export function hideCredentials (text: string): string {
  const at = text.lastIndexOf('@')
  if (at < 0) return text
  const scheme = /^\s*[A-Za-z][\w+.-]*:\/*/.exec(text)?.[0] ?? ''
  // Without a double slash, what stands before the colon may be the user.
  return `${scheme.includes('//') ? scheme : ''}${mask}@${text.slice(at + 1)}`
}

function showScalar (value: unknown): string | number | boolean | null {
  if (typeof value === 'string') return value.includes('://') ? hideCredentials(value) : isPasted(value) ? mask : value
  return typeof value === 'number' || typeof value === 'boolean' ? value : null
}

/** Tells the content of a file, perhaps of a key, from its path. */
export function isPasted (text: string): boolean {
  return /[\r\n]|-----BEGIN/.test(text)
}
