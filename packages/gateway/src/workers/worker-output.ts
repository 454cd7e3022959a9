import type { Worker } from 'node:cluster'
import { canShare, openDestination } from '@floodgate/telemetry'

const outputs = [1, 2] as const
/** Longest incomplete line that is buffered, in characters. */
const LONGEST = 1024 * 1024

/**
 * Returns where workers write. An output that each process can open for itself is shared: nothing passes the primary. With any
 * other output (a socket, as systemd gives it), a reader that stops reading would block all workers and the primary: there
 * a worker has a pipe to the primary, which alone writes.
 */
export function workerStdio (): string[] {
  return ['ignore', ...outputs.map((fd) => canShare(fd) ? 'inherit' : 'pipe'), 'ipc']
}

/** Writes a worker's lines, where it cannot do so itself. Resolves when its last line is written. */
export async function forwardOutput ({ process: child }: Worker): Promise<void> {
  await Promise.all(outputs.map((fd) => new Promise<void>((resolve) => {
    const stream = fd === 1 ? child.stdout : child.stderr
    if (stream === null) { resolve(); return }
    const destination = openDestination(fd)
    let rest = ''
    stream.setEncoding('utf8')
    stream.on('data', (text: string) => {
      const end = text.lastIndexOf('\n') + 1
      if (end > 0) destination.write(rest + text.slice(0, end))
      rest = end > 0 ? text.slice(end) : rest + text
      if (rest.length > LONGEST) {
        destination.write(rest)
        rest = ''
      }
    })
    stream.on('error', () => {})
    stream.once('close', () => {
      if (rest !== '') destination.write(`${rest}\n`)
      resolve()
    })
  })))
}
