import { mendEscapes } from '@floodgate/go/url'
import {
  encodePath, encodeQueryText, encodeQueryValue, isPlainPath, restValue, segmentValue, type ValueEncoding
} from './target-encoding.ts'

/** A `{name}` of a url_pattern. */
export interface Placeholder {
  /** Name of the parameter; `*` is the part matched by a wildcard. */
  readonly name: string
  readonly encoding: ValueEncoding
  /** Value if the parameter is missing. */
  readonly missing: string
}

/** Configured text, or a placeholder. */
export type Piece = string | Placeholder

export interface UrlPattern {
  readonly path: readonly Piece[]
  /** null = none; empty = a question mark alone. */
  readonly query: readonly Piece[] | null
}

type Params = Readonly<Record<string, string>>

/** Fills in the placeholders; a string if there are none. */
export type Fill = string | ((params: Params) => string)

const PLACEHOLDER = /\{([\w\-.:/]+)\}/

/**
 * Parses a url_pattern, without its fragment. With `wildcard`, the part matched by the endpoint's `/*` is appended to
 * the path, even if the pattern does not end in `/*` itself.
 */
export function readPattern (urlPattern: string, wildcard: boolean): UrlPattern {
  const pieces = urlPattern.split(PLACEHOLDER).map((text, i): Piece => i % 2 === 0 ? text : placeholder(text))
  const { head, tail: query } = cutAt(cutAt(pieces, '#').head, '?')
  const path = startWithSlash(head)
  return { path: (wildcard ? addRest(path) : path).filter(isPiece), query: query?.filter(isPiece) ?? null }
}

/** Prepares a path. */
export function fillPath (pieces: readonly Piece[]): Fill {
  const mended = pieces.map((piece) => typeof piece === 'string' ? mendEscapes(piece) : piece)
  const encoded = mended.map((piece) => typeof piece === 'string' ? encodePath(piece) : piece)
  const plain = mended.every((piece) => typeof piece !== 'string' || isPlainPath(piece))
  if (mended.every((piece) => typeof piece === 'string')) return (plain ? mended : encoded).join('')
  if (!plain) return (params) => join(encoded, params, encodeSegment)
  return (params) => {
    let text = ''
    for (const piece of mended) {
      if (typeof piece === 'string') { text += piece; continue }
      const value = params[piece.name]
      // If one value needs encoding, the whole path is encoded: Go encodes all or nothing.
      if (value === undefined || !piece.encoding.isPlain(value)) return join(encoded, params, encodeSegment)
      text += value
    }
    return text
  }
}

/** Prepares a query. */
export function fillQuery (pieces: readonly Piece[]): Fill {
  const encoded = pieces.map((piece) => typeof piece === 'string' ? encodeQueryText(piece) : piece)
  return encoded.every((piece) => typeof piece === 'string') ? encoded.join('') : (params) => join(encoded, params, encodeQueryValue)
}

/** Joins texts and values, each value encoded by `encode`. */
export function join (pieces: readonly Piece[], params: Params, encode: (value: string, place: Placeholder) => string): string {
  let text = ''
  for (const piece of pieces) text += typeof piece === 'string' ? piece : encode(params[piece.name] ?? piece.missing, piece)
  return text
}

/** Encodes a value for its place in a path. */
export function encodeSegment (value: string, { encoding }: Placeholder): string {
  return encoding.encode(value)
}

function placeholder (name: string): Placeholder {
  // The reference sends its own template if a value is missing (lura, config.go: `{x}` becomes `{{.X}}`).
  return { name, encoding: segmentValue, missing: `{{.${name.charAt(0).toUpperCase()}${name.slice(1)}}}` }
}

/** Returns `/` and the pattern without a leading slash, as the reference cleans it. */
function startWithSlash (path: readonly Piece[]): Piece[] {
  const [first, ...rest] = path
  return typeof first === 'string' && first.startsWith('/')
    ? [...path]
    : typeof first === 'string'
      ? [`/${first}`, ...rest]
      : ['/', ...path]
}

function addRest (path: readonly Piece[]): Piece[] {
  const last = path.at(-1)
  const open = typeof last === 'string' ? [...path.slice(0, -1), last.replace(/\/\*?$/, '')] : path
  return [...open, '/', { name: '*', encoding: restValue, missing: '' }]
}

function cutAt (pieces: readonly Piece[], character: string): { head: readonly Piece[], tail: readonly Piece[] | null } {
  for (const [i, piece] of pieces.entries()) {
    const at = typeof piece === 'string' ? piece.indexOf(character) : -1
    if (typeof piece === 'string' && at >= 0) {
      return { head: [...pieces.slice(0, i), piece.slice(0, at)], tail: [piece.slice(at + 1), ...pieces.slice(i + 1)] }
    }
  }
  return { head: pieces, tail: null }
}

function isPiece (piece: Piece): boolean {
  return piece !== ''
}
