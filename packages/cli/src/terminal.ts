import type { WriteStream } from 'node:tty'
import { exitCodes } from './exit-codes.ts'

/** Where a command writes: data to `out`, messages to `err`. */
export interface Terminal {
  out (text: string): void
  err (text: string): void
  /** Whether colours may be used. */
  readonly outColor: boolean
  readonly errColor: boolean
  /** Whether messages go to a terminal, where lines can be overwritten. Default false. */
  readonly errIsTerminal?: boolean
  /** Ends the process with this status, even if handles are open. Absent if the process must not be ended. */
  exit? (status: number): void
  /** Whether messages were lost because they could not be written. */
  readonly lostMessages?: boolean
}

type Stream = Pick<WriteStream, 'isTTY'>

/**
 * The streams of the process. If output cannot be written, the process ends with a separate status: silently if the
 * reader has gone (`| head`), otherwise with a message (a full disk). Messages that cannot be written do not end it;
 * `lostMessages` reports that there were some.
 */
export function createTerminal (): Terminal {
  process.stdout.on('error', (err: NodeJS.ErrnoException) => {
    if (err.code !== 'EPIPE') process.stderr.write(`floodgate: the output cannot be written: ${err.message}\n`)
    process.exit(exitCodes.output)
  })
  let lostMessages = false
  process.stderr.on('error', () => { lostMessages = true })
  return {
    out (text) { process.stdout.write(text) },
    err (text) { process.stderr.write(text) },
    outColor: takesColor(process.stdout),
    errColor: takesColor(process.stderr),
    errIsTerminal: process.stderr.isTTY === true,
    exit (status) { process.exit(status) },
    get lostMessages () { return lostMessages }
  }
}

/**
 * Colours are used on terminals unless NO_COLOR is set; FORCE_COLOR enables them everywhere (no-color.org,
 * force-color.org).
 */
export function takesColor ({ isTTY }: Stream, env: NodeJS.ProcessEnv = process.env): boolean {
  if (env['NO_COLOR']) return false
  if (env['FORCE_COLOR'] && env['FORCE_COLOR'] !== '0') return true
  return Boolean(isTTY) && env['TERM'] !== 'dumb'
}
