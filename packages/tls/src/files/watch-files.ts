import { lstatSync, readlinkSync, statSync, watch, type BigIntStats, type FSWatcher } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join, parse, resolve, sep } from 'node:path'

/** Watches files for changes: written in place, replaced by a rename, or reached through a changed link. */
export interface FileWatch {
  /** Adds a file, starting with its current state. It need not exist yet. */
  add (file: string): void
  /** Undoes one `add` of a file. */
  remove (file: string): void
  close (): void
}

export interface FileWatchOptions {
  /**
   * How long there must be no further change before changes are reported, in ms, so that several files can be written.
   * Default 100.
   */
  readonly settle?: number
  /** Polling interval in ms, for file systems without change events (such as NFS). Default 1000. */
  readonly poll?: number
}

interface Watched { uses: number, stamp: string }

// Files that change all the time are reported nevertheless.
const longestSettle = 500
// Number of links that the kernel follows before it reports a loop.
const maxLinks = 40

/**
 * Watches files without keeping the process running. Events come from the folders on the way to the files, including
 * those of links; other changes are found by polling each file's times and inode.
 *
 * @param onChange called once for all files that changed together
 */
export function watchFiles (onChange: () => void, { settle = 100, poll = 1000 }: FileWatchOptions = {}): FileWatch {
  const files = new Map<string, Watched>()
  const folders = new Map<string, FSWatcher>()
  let settling: NodeJS.Timeout | null = null
  let firstTouch = 0
  let pollTimer = setTimeout(lookAgain, poll).unref()
  let isClosed = false

  /** Something may have changed: waits until there are no further changes. */
  function touch (): void {
    const now = performance.now()
    if (settling === null) firstTouch = now
    else if (now - firstTouch > longestSettle) return
    else clearTimeout(settling)
    settling = setTimeout(settled, settle).unref()
  }

  async function settled (): Promise<void> {
    settling = null
    const changed = await findChanged()
    if (changed.length === 0 || isClosed) return
    for (const [watched, stamp] of changed) watched.stamp = stamp
    watchFolders()
    onChange()
  }

  async function lookAgain (): Promise<void> {
    const changed = await findChanged()
    if (isClosed) return
    if (changed.length > 0 && settling === null) touch()
    pollTimer = setTimeout(lookAgain, poll).unref()
  }

  async function findChanged (): Promise<[Watched, string][]> {
    const changed: [Watched, string][] = []
    for (const [file, watched] of files) {
      const stamp = writeStamp(await stat(file, { bigint: true }).catch(() => null))
      if (stamp !== watched.stamp) changed.push([watched, stamp])
    }
    return changed
  }

  /** Updates the set of watched folders. */
  function watchFolders (): void {
    const wanted = new Map([...files.keys()].flatMap(findFolders).map((folder) => [identify(folder), folder]))
    for (const key of folders.keys()) if (!wanted.has(key)) leaveFolder(key)
    for (const [key, folder] of wanted) watchFolder(key, folder)
  }

  function watchFolder (key: string, folder: string): void {
    if (folders.has(key)) return
    try {
      const watcher = watch(folder, { persistent: false }, touch)
      watcher.on('error', () => { leaveFolder(key) })
      folders.set(key, watcher)
    } catch {
      // No events, or no more watches available: polling has to suffice.
    }
  }

  function leaveFolder (key: string): void {
    folders.get(key)?.close()
    folders.delete(key)
  }

  return {
    add (file) {
      const known = files.get(file)
      if (known !== undefined) {
        known.uses++
        return
      }
      files.set(file, { uses: 1, stamp: writeStamp(tryStat(() => statSync(file, { bigint: true }))) })
      for (const folder of findFolders(file)) watchFolder(identify(folder), folder)
    },
    remove (file) {
      const known = files.get(file)
      if (known === undefined || --known.uses > 0) return
      files.delete(file)
      watchFolders()
    },
    close () {
      isClosed = true
      clearTimeout(pollTimer)
      if (settling !== null) clearTimeout(settling)
      files.clear()
      watchFolders()
    }
  }
}

/** Identifies the state of a file without reading it. */
function writeStamp (stats: BigIntStats | null): string {
  return stats === null ? 'none' : [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(' ')
}

/** A replaced folder is a different one under the same path. */
function identify (folder: string): string {
  const stats = tryStat(() => statSync(folder))
  return `${folder}\0${stats?.dev} ${stats?.ino}`
}

/** Returns the folders that decide what a path leads to: that of the file, and that of each link on the way. */
function findFolders (file: string): string[] {
  const found = new Set<string>()
  let [at, left] = split(resolve(file))
  for (let links = 0; ;) {
    const [name = '', ...rest] = left
    const path = join(at, name)
    const stats = tryStat(() => lstatSync(path))
    const isLink = stats !== null && stats.isSymbolicLink() && links++ < maxLinks
    if (isLink || stats === null || rest.length === 0) found.add(at)
    if (isLink) {
      const [root, names] = split(resolve(at, readlinkSync(path)))
      at = root
      left = [...names, ...rest]
    } else {
      if (stats === null || rest.length === 0) return [...found]
      at = path
      left = rest
    }
  }
}

function split (path: string): [root: string, names: string[]] {
  const { root } = parse(path)
  return [root, path.slice(root.length).split(sep).filter((name) => name !== '')]
}

function tryStat <Stats> (ask: () => Stats): Stats | null {
  try {
    return ask()
  } catch {
    return null
  }
}
