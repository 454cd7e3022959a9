import { destination } from 'pino'

/** What lines are written to, each with its line feed. */
export interface LineStream {
  write (line: string): unknown
}

type Destination = ReturnType<typeof destination>

// eslint-disable-next-line no-restricted-syntax -- the two outputs of the process
const open = new Map<1 | 2, Destination>()

/**
 * Opens stdout (1) or stderr (2) for lines, once per process: whoever reloads writes on in the same order. Lines are
 * gathered for up to 100 ms or 3.5 KB and written without waiting for the disk, the pipe or the terminal; what is left
 * is written when the process exits. Writes are whole lines of at most 4 KB, which a pipe takes in one piece (POSIX
 * PIPE_BUF), so that several workers can share it. When the reader is 16 MB behind, lines are dropped.
 */
export function openDestination (fd: 1 | 2): LineStream {
  let stream = open.get(fd)
  if (stream === undefined || (stream as { destroyed?: boolean }).destroyed === true) {
    stream = destination({ dest: fd, sync: false, minLength: 3584, maxWrite: 4096, maxLength: 16 * 1024 * 1024, periodicFlush: 100 })
    open.set(fd, stream)
  }
  return stream
}
