import { resolve } from 'node:path'
import { explainSyntax } from './flexible/hints.ts'
import { parseJson } from './json-source.ts'
import type { ConfigText, Source } from './source.ts'
import { SyntaxProblem } from './syntax-problem.ts'
import { isStandardInput } from './read-pipe.ts'
import { readText } from './read-text.ts'
import { parserOf, formatOfParser, parsers } from './formats.ts'

export interface ReadOptions {
  /** Folder to which relative paths refer. Default: the working directory. */
  readonly cwd?: string
  /** Environment with the variables that enable templates and other expansion. Default: `process.env`. */
  readonly env?: NodeJS.ProcessEnv
  /**
   * Filled with the files and folders that were read, or looked for, absolute: also if the configuration turns out to be
   * invalid. Not with pipes.
   */
  readonly files?: Set<string>
}

/**
 * Reads a configuration file; its extension determines the format: `.yaml`, `.yml`, `.toml`, anything else is JSON. With
 * `FC_ENABLE` it is a template, with `FLOODGATE_REFS` and `FLOODGATE_ENV_SUBSTITUTION` it is expanded
 * (docs/flexible-configuration.md).
 *
 * @throws {SyntaxProblem} if a file cannot be read or parsed, or a template fails
 */
export async function readConfig (file: string, { cwd = process.cwd(), env = process.env, files }: ReadOptions = {}): Promise<Source> {
  if (!isStandardInput(resolve(cwd, file))) files?.add(resolve(cwd, file))
  const source = await readSource(file, cwd, env, files)
  const expansions = { refs: isOn(env['FLOODGATE_REFS']), substitution: isOn(env['FLOODGATE_ENV_SUBSTITUTION']) }
  if (!expansions.refs && !expansions.substitution) return source
  return await (await import('./flexible/expand-values.ts')).expandValues(source, expansions, cwd, env, files)
}

async function readSource (file: string, cwd: string, env: NodeJS.ProcessEnv, files?: Set<string>): Promise<Source> {
  // Not empty: as on the reference, even "0" enables it.
  if (env['FC_ENABLE']) return await (await import('./flexible/read-templated.ts')).readTemplated(file, cwd, env, files)
  const parse = parserOf(file) ?? parseJson
  const text = await readText(resolve(cwd, file))
  if (text.trim() === '') throw explainSyntax(new SyntaxProblem('', null, null, null), text)
  try {
    return { ...parse(file, text), format: formatOfParser(parse) }
  } catch (err) {
    throw explainSyntax(err, text)
  }
}

/** Parses the result of `textOf`. */
export function parseText ({ file, format, text }: ConfigText): Source {
  return { ...parsers[`.${format}`]!(file, text), format }
}

/** Returns a configuration as one text. */
export function textOf ({ file, format = 'json', text }: Source): ConfigText {
  return { file, format, text }
}

function isOn (variable: string | undefined): boolean {
  return variable !== undefined && !['', '0', 'false'].includes(variable)
}
