import type { WriteStream } from 'node:tty'

/** Where a command writes: data to `out`, messages to `err`. */
export interface Terminal {
  out (text: string): void
  err (text: string): void
  /** Whether colours may be written there. */
  readonly outColor: boolean
  readonly errColor: boolean
  /** Whether messages go to a terminal, where lines can be written over. Default false. */
  readonly errIsTerminal?: boolean
}

type Stream = Pick<WriteStream, 'isTTY'>

/** The streams of the process. A reader that goes away early (`| head`) ends it quietly. */
export function createTerminal (): Terminal {
  process.stdout.on('error', (err: NodeJS.ErrnoException) => { if (err.code === 'EPIPE') process.exit() })
  return {
    out (text) { process.stdout.write(text) },
    err (text) { process.stderr.write(text) },
    outColor: takesColor(process.stdout),
    errColor: takesColor(process.stderr),
    errIsTerminal: process.stderr.isTTY === true
  }
}

/** Colours go to terminals, unless NO_COLOR says otherwise; FORCE_COLOR wants them everywhere (no-color.org, force-color.org). */
export function takesColor ({ isTTY }: Stream, env: NodeJS.ProcessEnv = process.env): boolean {
  if (env['NO_COLOR']) return false
  if (env['FORCE_COLOR'] && env['FORCE_COLOR'] !== '0') return true
  return Boolean(isTTY) && env['TERM'] !== 'dumb'
}
