import { readRegularFile } from '@floodgate/tls'
import { isStandardInput, readPipe } from './read-pipe.ts'
import { SyntaxProblem } from './syntax-problem.ts'

/** Largest file of a configuration: itself, a template, a partial, settings, an included file; in bytes. */
export const maxConfigBytes = 64 * 1024 * 1024

/**
 * Reads a file of UTF-8 text.
 *
 * @throws {SyntaxProblem} with the reason why it cannot be read
 */
export async function readText (path: string): Promise<string> {
  let bytes: Buffer
  try {
    bytes = isStandardInput(path) ? await readPipe(path, maxConfigBytes) : readRegularFile(path, maxConfigBytes)
  } catch (err) {
    const { code } = err as NodeJS.ErrnoException
    throw new SyntaxProblem(
      `the file cannot be read: ${explainFailure(err)}`,
      null,
      null,
      code === 'ENOENT' ? 'pass the path of a configuration file' : null
    )
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new SyntaxProblem('the file is not UTF-8 text', null, null, 'save it as UTF-8')
  }
}

/** Returns why a file or folder cannot be used. */
export function explainFailure (err: unknown): string {
  const { code, message } = err as NodeJS.ErrnoException
  return reasons[code ?? ''] ?? message
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
  ENOTDIR: 'it is not a folder'
}
