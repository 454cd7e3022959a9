import { finished, type Readable } from 'node:stream'
import { constants, createGzip } from 'node:zlib'

/** A body without coding. */
export type PlainBody = Readable | Buffer | string

/**
 * Compresses a body. The result must be read or destroyed; destroyed, it destroys a body that is a stream, and it fails
 * with the error of such a body. No more is read of a body than the result's reader takes, but for some 150 KB.
 *
 * @param isTimely what has arrived of a stream is sent on whenever its source pauses, as for a body without coding
 */
export function gzipBody (body: PlainBody, isTimely: boolean): Readable {
  const gzip = createGzip()
  // Its reader may not be there yet.
  gzip.on('error', ignore)
  if (!isStream(body)) {
    gzip.end(body)
    return gzip
  }
  let isEnded = false
  const flush = (): void => {
    if (!isEnded && !gzip.destroyed && gzip.writableLength === 0) gzip.flush(constants.Z_SYNC_FLUSH)
  }
  // A chunk that follows immediately is compressed together with this one.
  const flushLater = isTimely ? (): void => { setImmediate(flush) } : ignore
  body.on('data', (chunk: Buffer | string) => { if (!gzip.write(chunk, flushLater)) body.pause() })
  gzip.on('drain', () => { body.resume() })
  gzip.once('close', () => { if (!isEnded) body.destroy() })
  finished(body, { writable: false }, (error) => {
    isEnded = true
    if (error == null) gzip.end()
    else gzip.destroy(error)
  })
  return gzip
}

export function isStream (body: PlainBody): body is Readable {
  return typeof body !== 'string' && !Buffer.isBuffer(body)
}

function ignore (): void {}
