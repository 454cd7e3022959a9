import { join, resolve } from 'node:path'
import { readRegularFile } from '@floodgate/tls'
import { explainFailure, maxConfigBytes } from '../read-text.ts'

export interface Partial {
  /** Path for messages. */
  readonly file: string
  readonly text: string
}

export interface Partials {
  /**
   * Returns the text of a partial.
   *
   * @throws {Error} if it cannot be read: the reference silently inserts nothing
   */
  load (name: string): string
  /** The partials used so far, by name. */
  readonly read: ReadonlyMap<string, Partial>
}

/** Prepares the reading of partials in a folder; default: the working directory. */
export function createPartials (folder: string, cwd: string, files?: Set<string>): Partials {
  const read = new Map<string, Partial>()
  return {
    read,
    load (name) {
      let partial = read.get(name)
      if (partial === undefined) {
        const file = join(folder, name)
        files?.add(resolve(cwd, file))
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
