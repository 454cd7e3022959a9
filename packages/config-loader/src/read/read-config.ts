import { extname, resolve } from 'node:path'
import { readRegularFile } from '@floodgate/tls'
import { explainSyntax } from './flexible/hints.ts'
import { parseJson } from './json-source.ts'
import { isStandardInput, readPipe } from './read-pipe.ts'
import type { ConfigFormat, ConfigText, Source } from './source.ts'
import { SyntaxProblem } from './syntax-problem.ts'
import { parseToml } from './toml-source.ts'
import { parseYaml } from './yaml-source.ts'

export interface ReadOptions {
  /** Folder that relative paths start from. Default: the working directory. */
  readonly cwd?: string
  /** Where the variables come from that switch on templates and what else expands a file. Default: `process.env`. */
  readonly env?: NodeJS.ProcessEnv
}

/** Largest file of a configuration: itself, a template, a partial, settings, an included file; in bytes. */
export const maxConfigBytes = 64 * 1024 * 1024

/** Parses the text of a file. */
export type Parser = (file: string, text: string) => Source

/**
 * Reads a configuration file; its ending tells the format: `.yaml`, `.yml`, `.toml`, anything else is JSON. With
 * `FC_ENABLE` it is a template, with `FLOODGATE_REFS` and `FLOODGATE_ENV_SUBSTITUTION` it is expanded
 * (docs/flexible-configuration.md).
 *
 * @throws {SyntaxProblem} when a file cannot be read or does not follow its format, or a template fails
 */
export async function readConfig (file: string, { cwd = process.cwd(), env = process.env }: ReadOptions = {}): Promise<Source> {
  const source = await readSource(file, cwd, env)
  const expansions = { refs: isOn(env['FLOODGATE_REFS']), substitution: isOn(env['FLOODGATE_ENV_SUBSTITUTION']) }
  if (!expansions.refs && !expansions.substitution) return source
  return await (await import('./flexible/expand-values.ts')).expandValues(source, expansions, cwd, env)
}

async function readSource (file: string, cwd: string, env: NodeJS.ProcessEnv): Promise<Source> {
  // Not empty: as on the reference, even "0" switches it on.
  if (env['FC_ENABLE']) return await (await import('./flexible/read-templated.ts')).readTemplated(file, cwd, env)
  const parse = parserOf(file) ?? parseJson
  const text = await readText(resolve(cwd, file))
  if (text.trim() === '') throw explainSyntax(new SyntaxProblem('', null, null, null), text)
  try {
    return { ...parse(file, text), format: formatOfParser(parse) }
  } catch (err) {
    throw explainSyntax(err, text)
  }
}

/** Parses what `textOf` has made of a configuration. */
export function parseText ({ file, format, text }: ConfigText): Source {
  return { ...parsers[`.${format}`]!(file, text), format }
}

/** Gives a configuration as one text. */
export function textOf ({ file, format = 'json', text }: Source): ConfigText {
  return { file, format, text }
}

/** Names the format that a parser is for. */
export function formatOfParser (parse: Parser): ConfigFormat {
  return parse === parseYaml ? 'yaml' : parse === parseToml ? 'toml' : 'json'
}

function isOn (variable: string | undefined): boolean {
  return variable !== undefined && !['', '0', 'false'].includes(variable)
}

/** Gives the parser that a file's ending stands for, if it is one of a format. */
export function parserOf (file: string): Parser | undefined {
  return parsers[extname(file).toLowerCase()]
}

const parsers: Readonly<Record<string, Parser>> = {
  '.json': parseJson,
  '.yaml': parseYaml,
  '.yml': parseYaml,
  '.toml': parseToml
}

/**
 * Reads a file of UTF-8 text.
 *
 * @throws {SyntaxProblem} saying why it cannot be read
 */
export async function readText (path: string): Promise<string> {
  let bytes: Buffer
  try {
    bytes = isStandardInput(path) ? await readPipe(path, maxConfigBytes) : readRegularFile(path, maxConfigBytes)
  } catch (err) {
    const { code } = err as NodeJS.ErrnoException
    throw new SyntaxProblem(`the file cannot be read: ${explainFailure(err)}`, null, null, code === 'ENOENT' ? 'pass the path of a configuration file' : null)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new SyntaxProblem('the file is not UTF-8 text', null, null, 'save it as UTF-8')
  }
}

/** Says why a file or folder cannot be used. */
export function explainFailure (err: unknown): string {
  const { code, message } = err as NodeJS.ErrnoException
  return reasons[code ?? ''] ?? message
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'it is not a folder'
}
