import { readFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { parseJson } from './json-source.ts'
import type { Source } from './source.ts'
import { SyntaxProblem } from './syntax-problem.ts'
import { parseToml } from './toml-source.ts'
import { parseYaml } from './yaml-source.ts'

export interface ReadOptions {
  /** Folder that relative paths start from. Default: the working directory. */
  readonly cwd?: string
}

/**
 * Reads a configuration file; its ending tells the format: `.yaml`, `.yml`, `.toml`, anything else is JSON.
 *
 * @throws {SyntaxProblem} when the file cannot be read or does not follow its format
 */
export async function readConfig (file: string, { cwd = process.cwd() }: ReadOptions = {}): Promise<Source> {
  const parse = parsers[extname(file).toLowerCase()] ?? parseJson
  return parse(file, await readText(resolve(cwd, file)))
}

const parsers: Readonly<Record<string, (file: string, text: string) => Source>> = {
  '.yaml': parseYaml,
  '.yml': parseYaml,
  '.toml': parseToml
}

async function readText (path: string): Promise<string> {
  let bytes: Buffer
  try {
    bytes = await readFile(path)
  } catch (err) {
    const { code, message } = err as NodeJS.ErrnoException
    throw new SyntaxProblem(`the file cannot be read: ${reasons[code ?? ''] ?? message}`, null, null, code === 'ENOENT' ? 'pass the path of a configuration file' : null)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new SyntaxProblem('the file is not UTF-8 text', null, null, 'save it as UTF-8')
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder'
}
