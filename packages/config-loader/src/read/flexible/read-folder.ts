import { readdir } from 'node:fs/promises'
import { extname, join, resolve } from 'node:path'
import { explainFailure, readText } from '../read-text.ts'
import { SyntaxProblem } from '../syntax-problem.ts'

export interface FolderFile {
  /** Path for messages: below the folder as given. */
  readonly file: string
  /** Name in the folder. */
  readonly name: string
  readonly text: string
}

/**
 * Reads the files of a folder with one of these extensions, in the order of their names; subfolders are ignored.
 *
 * @param variable the environment variable that names the folder, for the message
 * @param files the folder and its files are added
 * @throws {SyntaxProblem} if the folder or one of the files cannot be read
 */
export async function readFolder (
  variable: string,
  folder: string,
  cwd: string,
  endings: readonly string[],
  files?: Set<string>
): Promise<FolderFile[]> {
  files?.add(resolve(cwd, folder))
  let names: string[]
  try {
    names = await readdir(resolve(cwd, folder))
  } catch (err) {
    const why = (err as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such folder' : explainFailure(err)
    throw new SyntaxProblem(
      `the folder of ${variable} cannot be read: ${why}`,
      null,
      null,
      `set ${variable} to the path of a folder, or unset it`,
      { file: folder }
    )
  }
  const wanted = names.filter((name) => endings.includes(extname(name).toLowerCase())).sort()
  return await Promise.all(wanted.map(async (name) => {
    const file = join(folder, name)
    return { file, name, text: await readPart(file, cwd, files) }
  }))
}

async function readPart (file: string, cwd: string, files?: Set<string>): Promise<string> {
  files?.add(resolve(cwd, file))
  try {
    return await readText(resolve(cwd, file))
  } catch (err) {
    throw err instanceof SyntaxProblem ? new SyntaxProblem(err.message, err.where, err.excerpt, null, { file, code: err.code }) : err
  }
}
