import { parserOf } from '../formats.ts'
import type { Source } from '../source.ts'
import { SyntaxProblem } from '../syntax-problem.ts'
import { readFolder } from './read-folder.ts'

export interface Settings {
  /** Each file's content by the file's name without extension. */
  readonly data: Readonly<Record<string, unknown>>
  readonly sources: readonly Source[]
}

/**
 * Reads the folder of settings. The reference only reads `*.json`; YAML and TOML are additions.
 *
 * @throws {SyntaxProblem} if a file cannot be read or parsed, or two files have the same name
 */
export async function readSettings (folder: string, cwd: string, files?: Set<string>): Promise<Settings> {
  const data = new Map<string, Source>()
  for (const { file, name, text } of await readFolder('FC_SETTINGS', folder, cwd, ['.json', '.yaml', '.yml', '.toml'], files)) {
    const key = name.slice(0, name.lastIndexOf('.'))
    const other = data.get(key)
    if (other !== undefined) {
      throw new SyntaxProblem(
        `${other.file} has the same name in templates: .${key}`,
        null,
        null,
        'rename one of them',
        { file, code: 'ambiguous-settings' }
      )
    }
    data.set(key, parseSettings(file, text))
  }
  return {
    data: Object.fromEntries([...data].map(([key, { value }]) => [key, value])),
    sources: [...data.values()]
  }
}

function parseSettings (file: string, text: string): Source {
  try {
    return parserOf(file)!(file, text)
  } catch (err) {
    throw err instanceof SyntaxProblem ? new SyntaxProblem(err.message, err.where, err.excerpt, err.instead, { file, code: err.code }) : err
  }
}
