import { toUnicode } from '@floodgate/go/text'
import { placeOf, type Place } from '../parse/position.ts'
import type { Budget } from './budget.ts'
import type { Frame } from './frame.ts'
import type { Node } from '../parse/nodes.ts'

/** A piece of a template. */
export interface Origin {
  readonly file: string
  /** From 1. */
  readonly line: number
  /** In characters, from 1. */
  readonly column: number
}

/** What a piece of the rendered text was made by. */
export interface SourceRange extends Origin {
  /** First and last-plus-one offset in the rendered text. */
  readonly start: number
  readonly end: number
  /** `text` is copied from the template unchanged; `value` is what an action printed. */
  readonly kind: 'text' | 'value'
}

/** Where an offset of the rendered text comes from. */
export interface Location extends Origin {
  readonly kind: 'text' | 'value'
  /** The line of the template, for an excerpt. */
  readonly lineText: string
  /** The `template` actions that led there, innermost first. */
  readonly via: readonly Origin[]
}

/** Rendered text and what made each piece of it. */
export interface Rendering {
  readonly text: string
  /** Finds the place in the templates that made the character at `offset`; undefined outside of the text. */
  locate (offset: number): Location | undefined
  /** Lists all pieces in order. They cover the text without gaps. */
  ranges (): Iterable<SourceRange>
}

interface Piece {
  readonly start: number
  readonly frame: Frame
  readonly node: Node
}

/** Collects what an execution writes. */
export class Output {
  #text = ''
  readonly #pieces: Piece[] = []
  readonly #budget: Budget

  constructor (budget: Budget) {
    this.#budget = budget
  }

  write (text: string, frame: Frame, node: Node): void {
    if (text === '') return
    this.#budget.write(Buffer.byteLength(text))
    this.#pieces.push({ start: this.#text.length, frame, node })
    this.#text += text
  }

  finish (): Rendering {
    const text = toUnicode(this.#text)
    const pieces = this.#pieces
    return {
      text,
      locate: (offset) => offset >= 0 && offset < text.length ? locate(pieces, offset) : undefined,
      ranges: () => ranges(pieces, text.length)
    }
  }
}

function locate (pieces: readonly Piece[], offset: number): Location {
  let low = 0
  let high = pieces.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (pieces[middle]!.start <= offset) low = middle
    else high = middle - 1
  }
  const { start, frame, node } = pieces[low]!
  const via: Origin[] = []
  for (let { caller } = frame; caller !== null; caller = caller.frame.caller) {
    via.push(toOrigin(placeOf(caller.frame.tree.source, caller.pos)))
  }
  const isText = node.type === 'text'
  const place = placeOf(frame.tree.source, isText ? node.pos + offset - start : node.pos)
  return { ...toOrigin(place), lineText: place.lineText, kind: isText ? 'text' : 'value', via }
}

function * ranges (pieces: readonly Piece[], length: number): Generator<SourceRange> {
  for (const [i, { start, frame, node }] of pieces.entries()) {
    const origin = toOrigin(placeOf(frame.tree.source, node.pos))
    yield { start, end: pieces[i + 1]?.start ?? length, ...origin, kind: node.type === 'text' ? 'text' : 'value' }
  }
}

function toOrigin ({ file, line, column }: Place): Origin {
  return { file, line, column }
}
