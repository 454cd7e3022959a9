import { kMaxLength } from 'node:buffer'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip, gunzip } from 'node:zlib'
import { gzipFault, tooLargeFault, type Called } from './backend-fault.ts'
import type { BackendResponse } from '@floodgate/core'
import type { Reject, Resolve } from './outcome.ts'

/**
 * Decompresses a response's body as Go's HTTP client does, and removes `content-encoding` and `content-length`. A
 * stream's first bytes are checked, so that a body that is not gzip is refused before the response begins.
 *
 * @param maxBytes of a whole body after decompression
 */
export function unzip (response: BackendResponse, request: Called, maxBytes: number, resolve: Resolve, reject: Reject): void {
  const { body, headers } = response
  delete headers['content-encoding']
  delete headers['content-length']
  if (body === null) return resolve(response)
  if (!Buffer.isBuffer(body)) return unzipStream(body, response, request, resolve, reject)
  gunzip(body, { maxOutputLength: Math.min(maxBytes, kMaxLength) }, (error, plain) => {
    if (error !== null && (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return reject(tooLargeFault(request))
    if (error !== null) return reject(gzipFault(request, error))
    response.body = plain
    resolve(response)
  })
}

function unzipStream (body: Readable, response: BackendResponse, request: Called, resolve: Resolve, reject: Reject): void {
  const onReadable = (): void => {
    const head: Buffer | null = body.read()
    if (head === null) return // 'end' or 'error' follows, or more
    leave()
    if (head[0] !== 0x1f || (head.length > 1 && head[1] !== 0x8b)) {
      body.destroy()
      return reject(gzipFault(request, null))
    }
    body.unshift(head)
    const plain = createGunzip()
    plain.on('error', () => {})
    pipeline(body, plain, () => {}) // each ends the other; the consumer gets errors from `plain`
    response.body = plain
    resolve(response)
  }
  const onEnd = (): void => { leave(); reject(gzipFault(request, new Error('empty body'))) }
  const onError = (error: Error): void => { leave(); reject(error as Parameters<Reject>[0]) }
  const leave = (): void => { body.off('readable', onReadable).off('end', onEnd).off('error', onError) }
  body.on('readable', onReadable).on('end', onEnd).on('error', onError)
}
