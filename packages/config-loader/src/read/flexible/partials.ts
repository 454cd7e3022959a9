import { join, resolve } from 'node:path'
import { readRegularFile } from '@floodgate/tls'
import { explainFailure, maxConfigBytes } from '../read-text.ts'

export interface Partial {
  /** Path as it is shown. */
  readonly file: string
  readonly text: string
}

export interface Partials {
  /**
   * Gives the text of a partial.
   *
   * @throws {Error} when it cannot be read: the reference puts nothing in its place, which nobody sees
   */
  load (name: string): string
  /** Those that were asked for, by name. */
  readonly read: ReadonlyMap<string, Partial>
}

/** Prepares the reading of partials below a folder; without one they are looked for in the working directory. */
export function createPartials (folder: string, cwd: string): Partials {
  const read = new Map<string, Partial>()
  return {
    read,
    load (name) {
      let partial = read.get(name)
      if (partial === undefined) {
        const file = join(folder, name)
        read.set(name, partial = { file, text: readPartial(resolve(cwd, file), file) })
      }
      return partial.text
    }
  }
}

function readPartial (path: string, file: string): string {
  let bytes: Buffer
  try {
    bytes = readRegularFile(path, maxConfigBytes)
  } catch (err) {
    throw new Error(`${file}: ${explainFailure(err)}`, { cause: err })
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (err) {
    throw new Error(`${file}: it is not UTF-8 text`, { cause: err })
  }
}
