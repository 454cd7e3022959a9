import { realpath, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

/** What a path leads to: a regular file or a folder, by its real path; or why there is nothing to send. */
export type Found = { readonly kind: 'file' | 'folder', readonly path: string, readonly modified: Date } | NotFound

export interface NotFound {
  readonly kind: 'missing' | 'forbidden' | 'failed'
  readonly cause: unknown
}

/** Well-known resources (RFC 8615), such as `security.txt`: the one hidden name that is served. */
const WELL_KNOWN = '.well-known'
const missing: Found = { kind: 'missing', cause: null }

/**
 * Finds the file of a decoded path below a folder. A path is not followed out of the folder, neither by `..` nor by a
 * symbolic link, and hidden names (a dot at the start, except `.well-known` as the first) are not found; nor is what is
 * neither a file nor a folder, such as a pipe. Links inside the folder are followed, also hidden ones, and the folder
 * may itself be a link that is replaced later.
 *
 * @param root absolute
 */
export async function findFile (root: string, path: string): Promise<Found> {
  const names = splitPath(path)
  if (names === null) return missing
  try {
    const [base, file] = await Promise.all([realpath(root), realpath(join(root, ...names))])
    if (leadsOut(base, file)) return missing
    // A pipe would be opened, and wait for its other end.
    const stats = await stat(file, { bigint: true })
    const modified = stats.mtime
    if (stats.isFile()) return { kind: 'file', path: file, modified }
    return stats.isDirectory() ? { kind: 'folder', path: file, modified } : missing
  } catch (cause) {
    return { kind: kindOf(cause), cause }
  }
}

/** Returns whether a name of a folder is served at all. */
export function isHidden (name: string): boolean {
  return name.startsWith('.')
}

/** The names of a path without empty ones and `.`; null if it has one that must not be looked up. */
function splitPath (path: string): string[] | null {
  // A backslash separates names on Windows.
  if (/[\0\\]/.test(path)) return null
  const names = path.split('/').filter((name) => name !== '' && name !== '.')
  return names.some((name, i) => isHidden(name) && !(i === 0 && name === WELL_KNOWN)) ? null : names
}

function leadsOut (root: string, file: string): boolean {
  const below = relative(root, file)
  return below === '..' || below.startsWith(`..${sep}`)
}

function kindOf (cause: unknown): 'missing' | 'forbidden' | 'failed' {
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'ENOENT': case 'ENOTDIR': case 'ENAMETOOLONG': case 'ELOOP': return 'missing'
    case 'EACCES': case 'EPERM': return 'forbidden'
    default: return 'failed'
  }
}
