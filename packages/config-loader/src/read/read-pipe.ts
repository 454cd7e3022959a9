import { createReadStream, fstatSync } from 'node:fs'

const INPUT = /^\/(?:dev\/stdin|dev\/fd\/\d+|proc\/self\/fd\/\d+)$/

/** Returns whether a path is an input of the process: `/dev/stdin`, or a file of process substitution (`<(command)`). */
export function isStandardInput (path: string): boolean {
  return INPUT.test(path)
}

/**
 * Reads a pipe to its end. Unlike a named pipe, it always has a writer.
 *
 * @param most largest size in bytes
 * @throws the error of the file system; one with the code `ENOTFILE` for a device, or `EFBIG` for more than `most`
 */
export async function readPipe (path: string, most: number): Promise<Buffer> {
  const fd = Number(/\d+$/.exec(path)?.[0] ?? 0)
  // With big integers: after another stat of a pipe, Node 20 does not find modules behind links.
  if (fstatSync(fd, { bigint: true }).isCharacterDevice()) {
    throw Object.assign(new Error('it is a device, not a file or a pipe'), { code: 'ENOTFILE' })
  }
  const chunks: Buffer[] = []
  let length = 0
  // Read directly: some programs pass standard input as a socket, which cannot be opened by its path.
  for await (const chunk of createReadStream(path, { fd, autoClose: false })) {
    length += (chunk as Buffer).length
    if (length > most) throw Object.assign(new Error(`it is larger than ${most / 1024 / 1024} MiB`), { code: 'EFBIG' })
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}
