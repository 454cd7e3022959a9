import type { WriteStream } from 'node:tty'
import { exitCodes } from './exit-codes.ts'

/** Where a command writes: data to `out`, messages to `err`. */
export interface Terminal {
  out (text: string): void
  err (text: string): void
  /** Whether colours may be written there. */
  readonly outColor: boolean
  readonly errColor: boolean
  /** Whether messages go to a terminal, where lines can be written over. Default false. */
  readonly errIsTerminal?: boolean
  /** Ends the process with this status, whatever may still be open. Absent where the process is not ours to end. */
  exit? (status: number): void
  /** Whether messages were lost because they could not be written. */
  readonly lostMessages?: boolean
}

type Stream = Pick<WriteStream, 'isTTY'>

/**
 * The streams of the process. Output that cannot be written ends it with a status of its own: quietly where the reader has
 * gone (`| head`), with a message otherwise (a full disk). Messages that cannot be written are no reason to end; `lostMessages`
 * says that there were some.
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

/** Colours go to terminals, unless NO_COLOR says otherwise; FORCE_COLOR wants them everywhere (no-color.org, force-color.org). */
export function takesColor ({ isTTY }: Stream, env: NodeJS.ProcessEnv = process.env): boolean {
  if (env['NO_COLOR']) return false
  if (env['FORCE_COLOR'] && env['FORCE_COLOR'] !== '0') return true
  return Boolean(isTTY) && env['TERM'] !== 'dumb'
}
