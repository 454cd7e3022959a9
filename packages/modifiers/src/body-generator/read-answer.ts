import { gunzip } from 'node:zlib'
import { Fault, type BackendResponse } from '@floodgate/core'
import { responseFault } from '../errors.ts'
import { maxBodyBytes } from './bounds.ts'

const tooLarge = `the answer has more than the ${maxBodyBytes} bytes that can be read`

/** Creates the fault for an answer that cannot be read. */
type Unreadable = (message: string, cause?: unknown) => Fault

/** Reads the body of an answer that passes undecoded, unzipped. Rejects with a Fault where it is too large or of another coding. */
export async function readAnswer ({ headers, body }: BackendResponse, unreadable: Unreadable = responseFault): Promise<Buffer> {
  const coding = String(headers['content-encoding'] ?? 'identity').toLowerCase()
  if (coding !== 'identity' && coding !== 'gzip') {
    if (body !== null && !Buffer.isBuffer(body)) body.destroy()
    throw unreadable(`the answer has the Content-Encoding ${JSON.stringify(coding)}: only gzip can be read`)
  }
  const whole = await readWhole(body, unreadable)
  return coding === 'gzip' ? await inflate(whole, unreadable) : whole
}

function readWhole (body: BackendResponse['body'], unreadable: Unreadable): Buffer | Promise<Buffer> {
  if (body === null) return Buffer.alloc(0)
  if (Buffer.isBuffer(body)) return body
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let room = maxBodyBytes
    const fail = (cause: unknown): void => {
      reject(
        cause instanceof Fault ? cause : unreadable('the answer of the backend broke off', cause)
      )
    }
    body.on('data', (chunk: Buffer) => {
      room -= chunk.length
      if (room >= 0) { chunks.push(chunk); return }
      reject(unreadable(tooLarge))
      body.destroy()
    })
    body.on('end', () => { resolve(Buffer.concat(chunks)) })
    body.on('error', fail)
    body.on('close', () => { if (!body.readableEnded) fail(body.errored) })
  })
}

function inflate (whole: Buffer, unreadable: Unreadable): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    gunzip(whole, { maxOutputLength: maxBodyBytes }, (error, inflated) => {
      if (error === null) resolve(inflated)
      else {
        reject(
          unreadable('code' in error && error.code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge : 'the answer of the backend is not gzip', error)
        )
      }
    })
  })
}
