import { PassThrough, pipeline, type Readable } from 'node:stream'
import { ownBytes } from '@floodgate/core'

/**
 * Passes a stream on and reports its whole content once it has ended successfully, unless it is longer than `limit`
 * bytes. Errors and cancellation are passed on to the source.
 */
export function tee (source: Readable, limit: number, whole: (body: Buffer) => void): Readable {
  let chunks: Buffer[] | null = []
  let size = 0
  const copy = new PassThrough({
    transform (chunk: Buffer, _encoding, done) {
      size += chunk.length
      if (size > limit) chunks = null
      // The chunk's memory may be reused after it is written.
      else chunks?.push(ownBytes(chunk))
      done(null, chunk)
    }
  })
  // Without a listener, a broken body would end the process before a caller could attach one.
  copy.on('error', () => {})
  pipeline(source, copy, (error) => {
    if (error == null && chunks !== null) whole(joinOwn(chunks, size))
  })
  return copy
}

/** As Buffer.concat, which allocates small buffers from Node's pool. */
function joinOwn (chunks: readonly Buffer[], size: number): Buffer {
  if (chunks.length === 1) return chunks[0]!
  const joined = Buffer.allocUnsafeSlow(size)
  let at = 0
  for (const chunk of chunks) {
    joined.set(chunk, at)
    at += chunk.length
  }
  return joined
}
