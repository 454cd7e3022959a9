import { byteLength } from '@floodgate/go/text'

/** The text of a template as it was given to the parser. */
export interface Source {
  /** Name in errors: of the file, usually. */
  readonly name: string
  readonly text: string
}

/** A place in a template: line and column from 1, the column in characters. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
  /** The whole line, without its end. */
  readonly lineText: string
}

/** The widest piece of a line that an excerpt shows. */
const EXCERPT_WIDTH = 100

/** Finds the line and the column of an offset. */
export function placeOf (source: Source, offset: number): Place {
  const { text } = source
  const start = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1
  const end = text.indexOf('\n', offset)
  return {
    file: source.name,
    line: lineOf(source, offset),
    column: offset - start + 1,
    lineText: text.slice(start, end === -1 ? text.length : end).replace(/\r$/, '')
  }
}

/** Finds the line of an offset, from 1. */
export function lineOf ({ text }: Source, offset: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line++
  return line
}

/** Writes a place as Go does in messages of the execution: the column in bytes, from 0. */
export function goLocation ({ file, line, column, lineText }: Place): string {
  return `${file}:${line}:${byteLength(lineText.slice(0, column - 1))}`
}

/** Shows the line with a mark under the column. */
export function excerptOf ({ line, column, lineText }: Place): string {
  if (line === 0) return ''
  const from = Math.max(0, Math.min(column - 1 - EXCERPT_WIDTH / 2, lineText.length - EXCERPT_WIDTH))
  const shown = lineText.slice(from, from + EXCERPT_WIDTH).replaceAll('\t', ' ')
  const margin = `${line} | `
  return `${margin}${shown}\n${' '.repeat(margin.length - 2)}| ${' '.repeat(Math.max(0, column - 1 - from))}^`
}
