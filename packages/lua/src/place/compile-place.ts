import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { FeatureContext, Place } from '@floodgate/core'
import { readRegularFile } from '@floodgate/tls'
import { scriptFault } from '../errors.ts'
import { ScriptSyntaxError } from '../language/syntax-error.ts'
import type { Proto } from '../machine/values.ts'
import { compileParts, filePart, inlinePart, locateIn, type Part } from './chunks.ts'
import type { LuaSettings } from './settings.ts'

/** Largest file with code, in bytes: 1 MiB. */
const maxSourceBytes = 1024 * 1024

/** What a place runs. */
export interface PlaceCode {
  /** Of the files; read again with `live`. null = none. */
  readonly sources: Proto | null
  readonly live: (() => Promise<Proto>) | null
  readonly pre: Code | null
  readonly post: Code | null
}

/** Compiled code, or why it cannot be: then every request fails, as on the reference. */
export type Code = Proto | { readonly problem: string }

/** Reads and compiles the code of a place; files that cannot be used prevent the start. Null then. */
export function compilePlace (settings: LuaSettings, namespace: string, place: Place, context: FeatureContext): PlaceCode | null {
  const { sources = [], live = false, md5 = {}, pre = '', post = '' } = settings
  for (const file of Object.keys(md5)) {
    if (sources.includes(file)) continue
    context.problem([...place, 'md5', file], `${JSON.stringify(file)} is not one of "sources": add it there, or remove the checksum`)
  }
  const parts = readSources(sources, md5, place, context)
  const compiled = parts.length < sources.length ? undefined : parts.length === 0 ? null : compileSources(parts, sources, place, context)
  const code = { pre: compileCode('pre', pre, place, context), post: compileCode('post', post, place, context) }
  if (compiled === undefined) return null
  if (live && sources.length > 0) {
    context.warning([...place, 'live'], 'the files of "sources" are read for each request, which takes time, and a change is in effect without a check: write false in production')
  }
  return { sources: compiled, live: live && sources.length > 0 ? rereader(sources, namespace) : null, ...code }
}

/** Where an error of syntax is, and what it is, as the reference writes it. */
function textOf ({ message, atEnd, line }: ScriptSyntaxError, file: string): string {
  return `${message} (${file}:L${atEnd ? 0 : line})`
}

function compileCode (key: 'pre' | 'post', code: string, place: Place, context: FeatureContext): Code | null {
  if (code.trim() === '') return null
  const part = inlinePart(`${key}-script`, code)
  try {
    return compileParts([part])
  } catch (error) {
    if (!(error instanceof ScriptSyntaxError)) throw error
    context.warning([...place, key], `is not Lua: ${part.file}:${error.line}:${error.column}: ${error.message}. Every request that comes here is answered 500`)
    return { problem: textOf(error, part.file) }
  }
}

function compileSources (parts: readonly Part[], files: readonly string[], place: Place, { problem }: FeatureContext): Proto | undefined {
  try {
    return compileParts(parts)
  } catch (error) {
    if (!(error instanceof ScriptSyntaxError)) throw error
    const { line } = locateIn(parts, error.line)
    let at = 0
    for (let rest = error.line; at < parts.length - 1; at++) {
      rest -= parts[at]!.text.split('\n').length
      if (rest <= 0) break
    }
    problem([...place, 'sources', at], `is not Lua: ${files[at]}:${line}:${error.column}: ${error.message}`)
    return undefined
  }
}

function readSources (
  files: readonly string[],
  md5: Readonly<Record<string, string>>,
  place: Place,
  { problem, reads }: FeatureContext
): Part[] {
  const parts: Part[] = []
  for (const [i, file] of files.entries()) {
    let bytes
    reads(resolve(file))
    try {
      bytes = readRegularFile(file, maxSourceBytes)
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      problem([...place, 'sources', i], `cannot read ${JSON.stringify(file)}: ${code === 'ENOENT' ? 'there is no such file' : message}`)
      continue
    }
    const expected = Object.hasOwn(md5, file) ? md5[file]! : null
    const actual = createHash('md5').update(bytes).digest('hex')
    if (expected !== null && expected.toLowerCase() !== actual) {
      problem([...place, 'md5', file], `the file has the checksum ${actual}: it has changed, or the configuration must name this checksum`)
      continue
    }
    parts.push(filePart(file, bytes))
  }
  return parts
}

/** Reads files again, and compiles them if one has changed. */
function rereader (files: readonly string[], namespace: string): () => Promise<Proto> {
  let before: { readonly text: string, readonly proto: Proto } | null = null
  return async () => {
    const parts: Part[] = []
    for (const file of files) {
      try {
        parts.push(filePart(file, await readFile(file)))
      } catch (error) {
        throw scriptFault(namespace, `lua: unable to load required source ${file}`, error)
      }
    }
    const text = parts.map(({ text }) => text).join('\n')
    if (before?.text !== text) {
      try {
        before = { text, proto: compileParts(parts) }
      } catch (error) {
        if (!(error instanceof ScriptSyntaxError)) throw error
        const { file, line } = locateIn(parts, error.line)
        throw scriptFault(namespace, `${error.message} (${file}:L${error.atEnd ? 0 : line})`, error)
      }
    }
    return before.proto
  }
}
