import { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

/** Whether a client's body may have come, or come in a moment, in the same read as its headers. */
export function mayBeWhole (body: Readable): body is IncomingMessage {
  return body instanceof IncomingMessage && body.readableFlowing === null && !body.destroyed
}

/** Takes a body that is there whole, null for an empty one; undefined when there is more to come. */
export function takeWhole (body: IncomingMessage): Buffer | null | undefined {
  // The last byte is there a moment before the message is marked complete.
  if (!body.complete && body.readableLength !== Number(body.headers['content-length'])) return undefined
  const whole = body.read() as Buffer | null
  body.resume() // to its 'end'
  return whole
}

/**
 * A client's body on its way to a backend. It stands between the two because undici destroys what it sends when the
 * backend answers early, and destroying a client's request breaks the connection that the answer has to take.
 */
export class Upload extends Readable {
  readonly #body: Readable
  readonly #onData: (chunk: Buffer) => void
  readonly #onEnd: () => void
  readonly #onClose: () => void

  constructor (body: Readable) {
    super({ highWaterMark: 65536 })
    this.#body = body
    // Until the client library has a connection nobody else listens, and a client may break off at once.
    this.on('error', ignore)
    this.#onData = (chunk) => { if (!this.push(chunk)) body.pause() }
    this.#onEnd = () => { this.push(null) }
    this.#onClose = () => { if (!body.readableEnded) this.destroy(new Error('The client broke off its request')) }
    // Never taken off: the body's error may be on its way when this stream is destroyed for a reason of its own.
    body.on('error', (error) => { this.destroy(error) })
    // `aborted` as well: what is read of a body after its early answer is thrown away, and must not end this one as if whole.
    body.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onClose).on('aborted', this.#onClose)
  }

  override _read (): void {
    this.#body.resume()
  }

  override _destroy (error: Error | null, done: (error?: Error | null) => void): void {
    const body = this.#body
    body.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose).off('aborted', this.#onClose)
    // What the client still sends is thrown away, or it might never read the answer.
    if (!body.readableEnded && !body.destroyed) body.resume()
    done(error)
  }
}

function ignore (): void {}
