import path from 'node:path'
import { compileScript } from '../compile/compile-script.ts'
import { toBytes } from '../machine/texts.ts'
import type { Chunk, Proto, Where } from '../machine/values.ts'

/** How scripts name the text that they are in, as in the reference. */
const chunkName = '<string>'

/** One part of what a place runs. */
export interface Part {
  /** As messages name it: the name of a file, `pre-script`. */
  readonly file: string
  /** A character per byte. */
  readonly text: string
}

/** Finds the part for a line of all parts together, and the line in it. */
export function locateIn (parts: readonly Part[], line: number): Where {
  let rest = line
  for (const { file, text } of parts) {
    const lines = text.split('\n').length
    if (rest <= lines) return { file, line: rest }
    rest -= lines
  }
  return { file: parts.at(-1)?.file ?? '', line: rest }
}

/**
 * Compiles parts as one text: each sees the local variables of those before it.
 *
 * @throws {ScriptSyntaxError} one of them is not Lua; its line is that of all parts together
 */
export function compileParts (parts: readonly Part[]): Proto {
  const chunk: Chunk = { name: chunkName, locate: (line) => locateIn(parts, line) }
  return compileScript(parts.map(({ text }) => text).join('\n'), chunk)
}

/** Code of the configuration. */
export function inlinePart (file: string, code: string): Part {
  return { file, text: toBytes(code) }
}

/** A file with code. */
export function filePart (file: string, bytes: Buffer): Part {
  return { file: path.basename(file), text: bytes.toString('latin1') }
}
