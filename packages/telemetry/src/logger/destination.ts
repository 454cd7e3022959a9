import { flushSenders } from '../senders/open-senders.ts'
import { LineWriter } from './line-writer.ts'
import { openOwnDescription } from './own-description.ts'

/** A destination of lines; each line includes its line feed. */
export interface LineStream {
  write (line: string): unknown
}

// eslint-disable-next-line no-restricted-syntax -- one per stream of the process, and no request's
const open = new Map<1 | 2, LineWriter>()

/** How long messages for servers may delay the end of the process, in ms. */
const LAST_MESSAGES = 500

/** Separate descriptors, opened on first use. */
// eslint-disable-next-line no-restricted-syntax -- as above
const own = new Map<1 | 2, number | null>()

/**
 * Opens stdout (1) or stderr (2) for lines, once per process, so that lines stay in order across reloads. Lines are
 * gathered for up to 100 ms or 3.5 KB and written without waiting for the disk, the pipe or the terminal; what is left
 * is written when the process exits, for at most 500 ms. Writes are whole lines of at most 4 KB, which a pipe takes in
 * one piece (POSIX PIPE_BUF), so that several workers can share it. When the reader is 16 MB behind, lines are dropped,
 * and once it reads again a line on stderr says how many. A disk that is full is tried again; once the reader of a pipe
 * has gone, lines are dropped. Neither case ends the process or keeps it running.
 */
export function openDestination (fd: 1 | 2): LineStream {
  return openWriter(fd)
}

/** Writes a message of the command and a line feed to stderr, immediately and without waiting for its reader. */
export function writeMessage (text: string): void {
  openWriter(2).write(text, true)
}

function openWriter (fd: 1 | 2): LineWriter {
  let writer = open.get(fd)
  if (writer === undefined) {
    const opened = writer = new LineWriter(withoutBlocking(fd), (lines) => {
      openWriter(2).write(
        `floodgate: ${lines} ${lines === 1 ? 'line' : 'lines'} of std${fd === 1 ? 'out' : 'err'} ${lines === 1 ? 'was' : 'were'} dropped because the reader was too slow\n`
      )
    })
    open.set(fd, opened)
    process.once('exit', () => { opened.writeLast() })
  }
  return writer
}

/** Writes the remaining lines, for at most 500 ms. The caller that ends the process calls it. */
export async function endDestinations (): Promise<void> {
  await Promise.all([...Array.from(open.values(), (writer) => writer.flush()), flushSenders(LAST_MESSAGES)])
}

/**
 * Whether several processes can write lines to stdout (1) or stderr (2), without waiting for its reader. If not, one of
 * them writes the lines of the others.
 */
export function canShare (fd: 1 | 2): boolean {
  return ownDescription(fd) !== null
}

/**
 * Opens a descriptor of the same output whose writes fail instead of blocking. A blocked write holds a thread, and Node
 * waits for its threads when it exits: a pipe that is not read would keep the process running forever.
 */
function withoutBlocking (fd: 1 | 2): number {
  // Node makes pipes and sockets non-blocking when their stream is first accessed.
  const stream = fd === 1 ? process.stdout : process.stderr
  // Without a listener, an error of the stream would end the process; the stream itself is not used for writing.
  if (stream.listenerCount('error') === 0) stream.on('error', () => {})
  return ownDescription(fd) ?? fd
}

function ownDescription (fd: 1 | 2): number | null {
  let opened = own.get(fd)
  if (opened === undefined) own.set(fd, opened = openOwnDescription(fd))
  return opened
}
