import { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

/** Returns whether a client's body may have arrived in the same read as its headers. */
export function mayBeWhole (body: Readable): body is IncomingMessage {
  return body instanceof IncomingMessage && body.readableFlowing === null && !body.destroyed
}

/** Returns a body that has arrived completely, null for an empty one; undefined if more is to come. */
export function takeWhole (body: IncomingMessage): Buffer | null | undefined {
  // The last byte is available slightly before the message is marked complete.
  if (!body.complete && body.readableLength !== Number(body.headers['content-length'])) return undefined
  const whole = body.read() as Buffer | null
  body.resume() // to its 'end'
  return whole
}

/**
 * A client's body on its way to a backend. It separates the two because undici destroys the stream that it sends when
 * the backend responds early, and destroying a client's request closes the connection for the response.
 */
export class Upload extends Readable {
  readonly #body: Readable
  readonly #onData: (chunk: Buffer) => void
  readonly #onEnd: () => void
  readonly #onClose: () => void

  constructor (body: Readable) {
    super({ highWaterMark: 65536 })
    this.#body = body
    // Until the client library has a connection there is no other listener, and a client may abort at any time.
    this.on('error', ignore)
    this.#onData = (chunk) => { if (!this.push(chunk)) body.pause() }
    this.#onEnd = () => { this.push(null) }
    this.#onClose = () => { if (!body.readableEnded) this.destroy(new Error('The client aborted its request')) }
    // Never removed: the body's error may be pending when this stream is destroyed for another reason.
    body.on('error', (error) => { this.destroy(error) })
    // `aborted` as well: the rest of a body after an early response is discarded, and must not end this stream successfully.
    body.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onClose).on('aborted', this.#onClose)
  }

  override _read (): void {
    this.#body.resume()
  }

  override _destroy (error: Error | null, done: (error?: Error | null) => void): void {
    const body = this.#body
    body.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose).off('aborted', this.#onClose)
    // Further data from the client is discarded, because otherwise it might never read the response.
    if (!body.readableEnded && !body.destroyed) body.resume()
    done(error)
  }
}

function ignore (): void {}
