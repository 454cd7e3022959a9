import { closeSync, constants, fstatSync, openSync, readSync, type BigIntStats } from 'node:fs'

/** Largest file of certificates, keys, key sets or users, in bytes: 16 MiB. */
export const maxFileBytes = 16 * 1024 * 1024

const blockSize = 64 * 1024

/**
 * Reads a file that a configuration names. Only regular files are read, and only up to a limit: a device such as
 * /dev/zero has no end, and a pipe may never get a writer.
 *
 * @param most largest size in bytes
 * @throws the error of the file system; one with the code `EISDIR`, `ENOTFILE` (a device, pipe or socket) or `EFBIG`
 * (larger than `most`) and a message that says so
 */
export function readRegularFile (path: string, most: number = maxFileBytes): Buffer {
  // Otherwise opening a pipe without a writer would block forever.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    // With big integers, because it may be a pipe: after another stat of a pipe, Node 20 does not find modules behind links.
    const stats = fstatSync(file, { bigint: true })
    const kind = describeKind(stats)
    if (kind !== null) throw withCode(kind === 'folder' ? 'EISDIR' : 'ENOTFILE', `it is a ${kind}, not a regular file`)
    if (stats.size > most) throw tooLarge(most)
    return readAll(file, Number(stats.size), most)
  } finally {
    closeSync(file)
  }
}

/** Returns what a path leads to if it is not a regular file. */
function describeKind (stats: BigIntStats): string | null {
  if (stats.isFile()) return null
  if (stats.isDirectory()) return 'folder'
  if (stats.isFIFO()) return 'pipe'
  return stats.isSocket() ? 'socket' : 'device'
}

/** Files of /proc have the size 0, and others may grow, so the size of what was read is checked. */
function readAll (file: number, size: number, most: number): Buffer {
  const blocks: Buffer[] = []
  let length = 0
  for (;;) {
    const block = Buffer.allocUnsafeSlow(blocks.length === 0 ? size + 1 : blockSize)
    const bytes = readSync(file, block)
    if (bytes === 0) return blocks.length === 1 ? blocks[0]! : Buffer.concat(blocks, length)
    length += bytes
    if (length > most) throw tooLarge(most)
    blocks.push(block.subarray(0, bytes))
  }
}

function tooLarge (most: number): NodeJS.ErrnoException {
  return withCode('EFBIG', `it is larger than ${most / 1024 / 1024} MiB`)
}

function withCode (code: string, message: string): NodeJS.ErrnoException {
  return Object.assign(new Error(message), { code })
}
