import type { WriteStream } from 'node:tty'

/** Tells whether a stream takes colours: a terminal, unless NO_COLOR says otherwise (no-color.org). */
export function colorsFor (stream: Pick<WriteStream, 'isTTY'>): boolean {
  return Boolean(stream.isTTY) && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb'
}
