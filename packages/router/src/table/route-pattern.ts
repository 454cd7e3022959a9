import { isWellFormed } from './well-formed.ts'

/** A segment with parameters: alternating texts and names, with one more text than names. */
export interface ParamSegment {
  readonly names: readonly string[]
  readonly texts: readonly string[]
}

/** The parsed path of a route. */
export interface RoutePattern {
  /** As configured. */
  readonly path: string
  /** The segments between the slashes, without the `*` of a wildcard. */
  readonly segments: readonly (string | ParamSegment)[]
  /** Names of its parameters from left to right; a wildcard is the last, `*`. */
  readonly names: readonly string[]
  /** Whether it ends in `/*` and matches any path below. */
  readonly wildcard: boolean
}

/** Longest value that is passed to find-my-way unchanged; its own limit is 100 unless the server sets another one. */
const LONGEST_VALUE = 100
const STAND_IN = '-'

const SEGMENT_PARAM = /^\{([\w-]+)\}/
const ANY_PARAM = /\{([\w\-.:]+)\}/
/** Characters without a special meaning to find-my-way inside a segment with parameters. */
const PLAIN_TEXT = /^[\w.~!$&'+,;=@ -]*$/

/** Parses a configured path: a parameter is a whole segment from its start, or with `disableRest` may be anywhere. */
export function parseRoute (path: string, disableRest: boolean): RoutePattern {
  const wildcard = path.endsWith('/*')
  const text = wildcard ? path.slice(0, -2) : path
  const segments = (text === '' ? [] : text.slice(1).split('/')).map((segment) => parseSegment(segment, disableRest))
  const names = segments.flatMap((segment) => typeof segment === 'string' ? [] : segment.names)
  return { path, segments, names: wildcard ? [...names, '*'] : names, wildcard }
}

/**
 * Lists the names by which Fastify's router knows the parameters, from left to right: the configured ones, with `_` for
 * characters that have a meaning there (`{user-id}` is `user_id`). One that comes twice in a path is `p` and its
 * position.
 */
export function fastifyNames ({ names, wildcard }: RoutePattern): string[] {
  const taken = new Set<string>()
  return names.map((name, i) => {
    if (wildcard && i === names.length - 1) return name
    let written = name.replace(/\W/g, '_')
    if (taken.has(written) || written.startsWith('__')) written = `p${i}`
    while (taken.has(written)) written += '_'
    taken.add(written)
    return written
  })
}

/** Writes the path for Fastify's router; null when it holds what that router cannot express. */
export function writeFastifyPath (pattern: RoutePattern): string | null {
  const { segments, wildcard } = pattern
  const names = fastifyNames(pattern)
  let count = 0
  const written = segments.map((segment) => {
    if (typeof segment === 'string') return /[*?#]/.test(segment) || !isWellFormed(segment) ? null : segment.replaceAll(':', '::')
    const [first = '', ...others] = segment.texts
    if (!segment.texts.every((text) => PLAIN_TEXT.test(text))) return null
    // A parameter at the end of its segment needs no regular expression.
    if (others.length === 1 && others[0] === '') return `${first}:${names[count++]}`
    return first + others.map((text, i) => `:${names[count++]}${valueExpression(text, i === others.length - 1)}${text}`).join('')
  })
  if (written.includes(null)) return null
  return `/${written.join('/')}${wildcard ? (written.length === 0 ? '*' : '/*') : ''}`
}

/**
 * Creates an address that Fastify's router matches with this route: values that it does not accept (too long, not
 * UTF-8) are replaced by a placeholder.
 */
export function writeAddress ({ segments, wildcard }: RoutePattern, values: readonly string[]): string {
  let next = 0
  const value = (): string => writeValue(values[next++]!)
  const written = segments.map((segment) => typeof segment === 'string'
    ? encodeURI(segment)
    : segment.texts.map((text, i) => (i === 0 ? '' : value()) + encodeURI(text)).join(''))
  const rest = wildcard
    ? `/${values.at(-1)!.split('/').map((part) => isWellFormed(part) ? encodeURIComponent(part) : STAND_IN).join('/')}`
    : ''
  return (written.length === 0 ? '' : `/${written.join('/')}`) + rest
}

/**
 * Returns the regular expression of one value inside a segment, up to the first occurrence of the following text: there
 * is only one way to match, so that no address makes the search slow.
 */
export function valueExpression (textBehind: string, isLast: boolean): string {
  if (isLast) return '([\\s\\S]+)'
  return textBehind === '' ? '([\\s\\S])' : `((?:(?!${escapeText(textBehind)})[\\s\\S])+)`
}

/** Escapes a text for a regular expression. */
export function escapeText (text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|-]/g, '\\$&')
}

/** Two routes with the same shape conflict, regardless of the names of their parameters. */
export function shapeOf ({ segments, wildcard }: RoutePattern): string {
  return `/${segments.map((segment) => typeof segment === 'string' ? segment : segment.texts.join('{}')).join('/')}${wildcard ? '/*' : ''}`
}

function parseSegment (text: string, disableRest: boolean): string | ParamSegment {
  if (!disableRest) {
    const name = SEGMENT_PARAM.exec(text)?.[1]
    return name === undefined ? text : { names: [name], texts: ['', text.slice(name.length + 2)] }
  }
  const pieces = text.split(ANY_PARAM)
  if (pieces.length === 1) return text
  return { names: pieces.filter((_, i) => i % 2 === 1), texts: pieces.filter((_, i) => i % 2 === 0) }
}

function writeValue (value: string): string {
  return value.length <= LONGEST_VALUE && isWellFormed(value) ? encodeURIComponent(value) : STAND_IN
}
