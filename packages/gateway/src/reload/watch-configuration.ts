import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { watchFiles } from '@floodgate/tls'

/** How long files must be quiet before they are read again, in ms: a configuration is often written in several steps. */
const SETTLE = 300

/** Watches what a configuration is read from. */
export interface ConfigurationWatch {
  /**
   * Tries again what is done after a change, for another reason than a change (SIGHUP). The attempts run one after the other.
   *
   * @param instead is done in place of it
   */
  attempt (instead?: Attempt): Promise<void>
  close (): void
}

/** What an attempt has read, which is watched from then on, and whether it is in use now. */
export interface Attempted {
  readonly files: Iterable<string>
  readonly isApplied: boolean
}

/** @param changed files with another content than that in use */
export type Attempt = (changed: readonly string[]) => Promise<Attempted>

export interface ConfigurationWatchOptions {
  readonly attempt: Attempt
  /** Called when, after a refused attempt, the files have the content again that is in use: nothing is to be done then. */
  onReturn (): void
}

/**
 * Calls `attempt` when the content of a file changes, or a folder gets or loses files: written in place, replaced by a
 * rename, or reached through a changed link, as Kubernetes' `..data`. A file that is only touched, and a content that has
 * been tried already, change nothing.
 *
 * @param files what was read for the configuration in use, absolute
 */
export async function watchConfiguration (
  files: Iterable<string>,
  { attempt, onReturn }: ConfigurationWatchOptions
): Promise<ConfigurationWatch> {
  const watch = watchFiles(() => { queue = queue.then(look) }, { settle: SETTLE })
  let seen = new Map<string, string>()
  let queue = Promise.resolve()
  let isClosed = false
  /** Of what is in use. */
  let applied = await hashAll(files)
  follow(applied)

  async function look (): Promise<void> {
    if (isClosed) return
    const now = await hashAll(seen.keys())
    if ([...now].every(([file, hash]) => seen.get(file) === hash)) return
    if ([...applied].some(([file, hash]) => now.get(file) !== hash)) return await run(now)
    follow(applied)
    onReturn()
  }

  async function run (before: ReadonlyMap<string, string>, instead = attempt): Promise<void> {
    const others = [...applied.keys()].filter((file) => before.has(file) && before.get(file) !== applied.get(file))
    const { files, isApplied } = await instead(others)
    const after = await hashAll(files)
    // What changed during the attempt may have been read before the change.
    const changed = [...after].some(([file, hash]) => before.has(file) && before.get(file) !== hash)
    const read = new Map([...after].map(([file, hash]) => [file, before.get(file) ?? hash]))
    if (isApplied) applied = read
    follow(read)
    if (changed) await look()
  }

  function follow (hashes: Map<string, string>): void {
    if (isClosed) return
    for (const file of hashes.keys()) if (!seen.has(file)) watch.add(file)
    for (const file of seen.keys()) if (!hashes.has(file)) watch.remove(file)
    seen = hashes
  }

  return {
    attempt (instead) {
      queue = queue.then(async () => { if (!isClosed) await run(await hashAll(seen.keys()), instead) })
      return queue
    },
    close () {
      isClosed = true
      watch.close()
    }
  }
}

async function hashAll (files: Iterable<string>): Promise<Map<string, string>> {
  return new Map(await Promise.all([...new Set(files)].map(async (file) => [file, await hash(file)] as const)))
}

/** The content of a file, or the names in a folder. What is neither is not read: it might not end. */
async function hash (file: string): Promise<string> {
  try {
    const stats = await stat(file, { bigint: true })
    if (stats.isDirectory()) return `folder ${(await readdir(file)).sort().join('/')}`
    return stats.isFile() ? createHash('sha256').update(await readFile(file)).digest('base64') : 'other'
  } catch {
    return 'none'
  }
}
