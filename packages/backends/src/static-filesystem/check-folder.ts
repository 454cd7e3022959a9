import { accessSync, constants, statSync } from 'node:fs'
import { resolve } from 'node:path'

/**
 * Returns what is wrong with a folder of files at the start; null if it can be read.
 *
 * @param path absolute, or relative to the working directory
 */
export function checkFolder (path: string): string | null {
  const written = JSON.stringify(path)
  try {
    if (!statSync(path, { bigint: true }).isDirectory()) return `${written} is not a folder: name the folder that holds the files`
    accessSync(path, constants.R_OK | constants.X_OK)
    return null
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const looked = resolve(path)
    return code === 'ENOENT'
      ? `there is no folder ${written}${looked === path ? '' : ` (${JSON.stringify(looked)})`}: create it, or correct the path`
      : `the folder ${written} cannot be read: ${code === 'EACCES' ? 'permission denied' : message}`
  }
}
