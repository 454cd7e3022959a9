import { Readable, Transform } from 'node:stream'
import { foreignFault, type Call, type Foreign, type Headers } from '@floodgate/core'

/**
 * Takes over the body that foreign code gave: a stream that ends early, that gives something else than bytes, or that has
 * not ended when the call does, becomes one that fails with a fault, so that the client's answer is cut.
 *
 * @param headers of the answer: a length that was another body's is removed
 */
export function adoptBody (foreign: Foreign, body: Readable, headers: Headers, call: Call): Readable {
  const copy = new Transform({
    writableObjectMode: true,
    transform (chunk: unknown, encoding, done) {
      if (chunk instanceof Uint8Array) done(null, chunk)
      else if (typeof chunk === 'string') done(null, Buffer.from(chunk, encoding))
      else done(foreignFault(foreign, `gave a stream with ${typeof chunk}s in it: expected bytes or strings`))
    }
  })
  // Without a listener, it would end the process before another one could be attached.
  copy.on('error', () => {})
  const fail = (what: string, thrown?: unknown): void => { copy.destroy(foreignFault(foreign, what, thrown)) }
  if (body.destroyed || body.readableEnded) {
    fail('gave a stream that has been read or destroyed')
    return copy
  }
  body.on('error', (error) => { fail(`gave a stream that failed: ${error?.message}`, error) })
  body.on('close', () => { if (!body.readableEnded) fail('gave a stream that was closed before its end') })
  copy.on('close', () => { body.destroy() })
  body.pipe(copy)
  call.listen((reason) => {
    if (reason.kind === 'deadline') fail('gave a stream that had not ended at the timeout', reason)
    else copy.destroy(reason)
  })
  for (const name of ['content-length', 'transfer-encoding']) delete headers[name]
  return copy
}
