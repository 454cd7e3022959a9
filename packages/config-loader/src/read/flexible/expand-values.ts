import { dirname, join, resolve } from 'node:path'
import type { Place } from '@floodgate/core'
import { isComment, isObject } from '@floodgate/settings'
import { parseJson } from '../json-source.ts'
import { maxNesting, nestedTooDeep } from '../nesting.ts'
import { parserOf } from '../formats.ts'
import { readText } from '../read-text.ts'
import type { Source } from '../source.ts'
import { SyntaxProblem } from '../syntax-problem.ts'
import { createMountedSource, type Mount } from './mounted-source.ts'
import { substitute } from './substitute.ts'

export interface Expansions {
  /** Replace `{ "$ref": "./file#/pointer" }` by the referenced value. */
  readonly refs: boolean
  /** Replace `${NAME}` in values. */
  readonly substitution: boolean
}

/** Largest depth of includes. */
const maxDepth = 32
/** Limits of includes and values of the whole configuration, against files that include each other many times. */
const maxIncludes = 10_000
const maxValues = 1_000_000

/** A value and its source. */
interface Spot {
  readonly source: Source
  /** In its own file. */
  readonly base: Place
  /** In the configuration. */
  readonly place: Place
  /** The chain of includes, `file#pointer`. */
  readonly chain: readonly string[]
}

/**
 * Expands a parsed configuration without templates: includes of other files and environment variables, in any format.
 * Only values are expanded, not keys. Positions stay those in the files.
 *
 * @throws {SyntaxProblem} for a missing file, part of a file or variable, and for files that include themselves
 */
export async function expandValues (
  main: Source,
  { refs, substitution }: Expansions,
  cwd: string,
  env: NodeJS.ProcessEnv,
  files?: Set<string>
): Promise<Source> {
  const mounts: Mount[] = []
  const sources = new Map<string, Source>([[resolve(cwd, main.file), main]])
  const missing = new Map<string, Spot>()
  let values = 0
  const value = await expand(main.value, { source: main, base: [], place: [], chain: [] })
  const [first] = missing.values()
  if (first !== undefined) {
    const names = [...missing.keys()]
    throw problemAt(
      first,
      'unset-variable',
      `${names.length === 1 ? 'the environment variable' : 'the environment variables'} ${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} not set`,
      `set ${names.length === 1 ? 'it' : 'them'}, or write a default: \${${names[0]}:-…}`
    )
  }
  return createMountedSource(main, value, mounts)

  async function expand (value: unknown, spot: Spot): Promise<unknown> {
    count(value, spot)
    if (typeof value === 'string') {
      return substitution ? substitute(value, env, (name) => { if (!missing.has(name)) missing.set(name, spot) }) : value
    }
    if (spot.place.length >= maxNesting) throw problemAt(spot, 'too-deep', nestedTooDeep)
    if (Array.isArray(value)) {
      const list: unknown[] = []
      for (const [i, item] of value.entries()) list.push(isPlain(item) ? count(item, spot) : await expand(item, below(spot, i)))
      return list
    }
    if (!isObject(value)) return value
    const target = refs ? value['$ref'] : undefined
    if (typeof target === 'string' && isFileReference(target)) return await include(target, value, spot)
    const entries: [string, unknown][] = []
    for (const [key, item] of Object.entries(value)) {
      entries.push(
        [key, isPlain(item) ? count(item, spot) : await expand(item, below(spot, key))]
      )
    }
    return Object.fromEntries(entries)
  }

  function count (value: unknown, spot: Spot): unknown {
    if (++values > maxValues) throw problemAt(spot, 'too-large', `the configuration has more than ${maxValues} values`)
    return value
  }

  async function include (target: string, holder: Record<string, unknown>, spot: Spot): Promise<unknown> {
    const other = Object.keys(holder).find((key) => !isComment(key))
    if (other !== undefined) {
      throw problemAt(
        spot,
        'invalid-ref',
        `${JSON.stringify(other)} is ignored beside "$ref", which replaces the whole object`,
        'move it into the included file, or remove it'
      )
    }
    const [name, pointer = ''] = target.split(/#(.*)/s) as [string, string?]
    const file = name.startsWith('/') ? name : join(dirname(spot.source.file), name)
    const step = `${resolve(cwd, file)}#${pointer}`
    if (spot.chain.includes(step)) throw problemAt(spot, 'invalid-ref', `${target} includes itself`)
    if (spot.chain.length >= maxDepth) throw problemAt(spot, 'invalid-ref', `includes are nested more than ${maxDepth} levels deep`)
    if (mounts.length >= maxIncludes) throw problemAt(spot, 'too-large', `the configuration has more than ${maxIncludes} includes`)
    const source = await open(file, spot)
    const { value, base } = follow(source, pointer, target, spot)
    mounts.push({ place: spot.place, source, base })
    return await expand(value, { source, base, place: spot.place, chain: [...spot.chain, step] })
  }

  async function open (file: string, spot: Spot): Promise<Source> {
    const path = resolve(cwd, file)
    files?.add(path)
    let source = sources.get(path)
    if (source === undefined) sources.set(path, source = await readIncluded(file, path, spot))
    return source
  }
}

/** Returns whether there is nothing to expand, which is the case for most values. */
function isPlain (value: unknown): boolean {
  return typeof value === 'string' ? !value.includes('${') : typeof value !== 'object' || value === null
}

/** Others are not includes: JSON Schemas in a configuration also have `$ref`, to parts of themselves and to addresses. */
function isFileReference (target: string): boolean {
  return /^(?:\.{1,2})?\//.test(target)
}

function below (spot: Spot, step: string | number): Spot {
  return { ...spot, base: [...spot.base, step], place: [...spot.place, step] }
}

async function readIncluded (file: string, path: string, spot: Spot): Promise<Source> {
  let text: string
  try {
    text = await readText(path)
  } catch (err) {
    throw err instanceof SyntaxProblem ? problemAt(spot, 'invalid-ref', `${file}: ${err.message}`) : err
  }
  try {
    return (parserOf(file) ?? parseJson)(file, text)
  } catch (err) {
    throw err instanceof SyntaxProblem ? new SyntaxProblem(err.message, err.where, err.excerpt, err.instead, { file, code: err.code }) : err
  }
}

/** Follows a JSON pointer (RFC 6901). */
function follow (source: Source, pointer: string, target: string, spot: Spot): { value: unknown, base: Place } {
  let value = source.value
  const base: (string | number)[] = []
  for (const token of pointer === '' ? [] : pointer.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~')
    const step = Array.isArray(value) && /^(?:0|[1-9]\d*)$/.test(key) ? Number(key) : key
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) {
      throw problemAt(spot, 'invalid-ref', `${target}: there is no ${JSON.stringify(key)} in ${source.file}`)
    }
    value = (value as Record<string | number, unknown>)[step]
    base.push(step)
  }
  if (pointer !== '' && !pointer.startsWith('/')) throw problemAt(spot, 'invalid-ref', `${target}: the part after "#" must begin with "/"`)
  return { value, base }
}

function problemAt ({ source, base }: Spot, code: string, message: string, instead: string | null = null): SyntaxProblem {
  const where = source.locate(base)
  return new SyntaxProblem(message, where, source.excerpt(base), instead, { file: where?.file ?? source.file, code })
}
