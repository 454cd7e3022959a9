import fs from 'node:fs'
import { isatty } from 'node:tty'
import { LineWriter } from './line-writer.ts'

/** What lines are written to, each with its line feed. */
export interface LineStream {
  write (line: string): unknown
}

// eslint-disable-next-line no-restricted-syntax -- one per stream of the process, and no request's
const open = new Map<1 | 2, LineWriter>()

/**
 * Opens stdout (1) or stderr (2) for lines, once per process: whoever reloads writes on in the same order. Lines are
 * gathered for up to 100 ms or 3.5 KB and written without waiting for the disk, the pipe or the terminal; what is left
 * is written when the process exits, for at most 500 ms. Writes are whole lines of at most 4 KB, which a pipe takes in one
 * piece (POSIX PIPE_BUF), so that several workers can share it. When the reader is 16 MB behind, lines are dropped. A
 * disk that is full is tried again; once the reader of a pipe has gone, lines are dropped. Neither ends the process, nor
 * keeps it.
 */
export function openDestination (fd: 1 | 2): LineStream {
  let writer = open.get(fd)
  if (writer === undefined) {
    const opened = writer = new LineWriter(withoutBlocking(fd))
    open.set(fd, opened)
    process.once('exit', () => { opened.writeLast() })
  }
  return writer
}

/** Writes what is left of all lines, for at most 500 ms. Called by who ends the process. */
export async function endDestinations (): Promise<void> {
  await Promise.all(Array.from(open.values(), (writer) => writer.flush()))
}

/**
 * A descriptor of the same file whose writes fail where they would wait. A write that waits holds a thread, and Node waits
 * for its threads when it exits: a pipe that nobody reads would keep the process for ever.
 */
function withoutBlocking (fd: 1 | 2): number {
  // Node makes pipes and sockets so when their stream is first asked for.
  const stream = fd === 1 ? process.stdout : process.stderr
  // Without a listener an error of the stream ends the process; what is written here is not written through it.
  if (stream.listenerCount('error') === 0) stream.on('error', () => {})
  if (!isatty(fd)) return fd
  try {
    return fs.openSync(`/proc/self/fd/${fd}`, fs.constants.O_WRONLY | fs.constants.O_NONBLOCK | fs.constants.O_NOCTTY)
  } catch {
    return fd
  }
}
