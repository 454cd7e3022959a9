import { createReadStream, fstatSync } from 'node:fs'

const INPUT = /^\/(?:dev\/stdin|dev\/fd\/\d+|proc\/self\/fd\/\d+)$/

/** Whether a path names what the process was given to read: `/dev/stdin`, or a file of process substitution (`<(command)`). */
export function isStandardInput (path: string): boolean {
  return INPUT.test(path)
}

/**
 * Reads a pipe to its end. Unlike a pipe with a name, it has somebody who writes to it.
 *
 * @param most bytes that it may give
 * @throws the error of the file system; one with the code `ENOTFILE` for a device, or `EFBIG` for more than `most`
 */
export async function readPipe (path: string, most: number): Promise<Buffer> {
  const fd = Number(/\d+$/.exec(path)?.[0] ?? 0)
  // With big integers: after any other stat of a pipe, Node 20 finds no modules behind links.
  if (fstatSync(fd, { bigint: true }).isCharacterDevice()) throw Object.assign(new Error('it is a device, not a file or a pipe'), { code: 'ENOTFILE' })
  const chunks: Buffer[] = []
  let length = 0
  // As it is: a socket, as which some programs hand over standard input, cannot be opened by its path.
  for await (const chunk of createReadStream(path, { fd, autoClose: false })) {
    length += (chunk as Buffer).length
    if (length > most) throw Object.assign(new Error(`it is larger than ${most / 1024 / 1024} MiB`), { code: 'EFBIG' })
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}
