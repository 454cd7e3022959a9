import type { Readable } from 'node:stream'
import { gunzip } from 'node:zlib'
import { Fault, type BackendResponse, type Body } from '@floodgate/core'
import { badGzip, brokenBody } from './errors.ts'

const NOTHING = Buffer.alloc(0)

/** A few kilobytes of gzip can hold gigabytes. */
const INFLATED_LIMIT = 256 * 1024 * 1024

/** How much of an unused response is read, in bytes and ms, so that its connection can be reused. */
const DISCARD_LIMIT = 64 * 1024
const DISCARD_TIME = 1000

/**
 * Reads the whole body of a response, decompressed if it is gzip (other content encodings are left unchanged, as in the
 * reference).
 */
export function readAnswer ({ headers, body }: BackendResponse): Buffer | Promise<Buffer> {
  const whole = readWhole(body, brokenBody)
  if (headers['content-encoding'] !== 'gzip') return whole
  return Promise.resolve(whole).then(inflate)
}

/**
 * Reads a stream to its end; a Buffer is returned unchanged.
 *
 * @param broken creates the fault for a stream that fails with another error
 */
export function readWhole (body: Body, broken: (cause: unknown) => Fault): Buffer | Promise<Buffer> {
  if (body === null) return NOTHING
  if (Buffer.isBuffer(body)) return body
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const fail = (cause: unknown) => { reject(cause instanceof Fault ? cause : broken(cause)) }
    body.on('data', (chunk: Buffer) => { chunks.push(chunk) })
    body.on('end', () => { resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)) })
    body.on('error', fail)
    body.on('close', () => { if (!body.readableEnded) fail(body.errored) })
  })
}

/** Discards a body: a short one is read to its end, a long one ends its connection. */
export function discard (body: Body): void {
  if (body === null || Buffer.isBuffer(body) || body.destroyed) return
  let bytes = 0
  const timer = setTimeout(destroy, DISCARD_TIME, body).unref()
  body.on('error', () => {})
  body.on('close', () => { clearTimeout(timer) })
  body.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > DISCARD_LIMIT) body.destroy()
  })
}

function destroy (body: Readable): void {
  body.destroy()
}

function inflate (whole: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    gunzip(whole, { maxOutputLength: INFLATED_LIMIT }, (error, inflated) => {
      if (error === null) resolve(inflated)
      else reject(badGzip(error))
    })
  })
}
