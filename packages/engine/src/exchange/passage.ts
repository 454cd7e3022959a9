import { ServerResponse } from 'node:http'
import { Http2ServerResponse } from 'node:http2'
import { Readable } from 'node:stream'

/** What feeds a passage. */
export interface PassageSource {
  /** Goes on after `feed` returned false. */
  resume (): void
  /** Stops for good: nobody wants the rest. */
  abort (reason: Error | null): void
}

/** Takes back a chunk's memory. */
export type Recycle = (chunk: Buffer) => void

// Smaller chunks are in Node's own pool.
const worthRecycling = 4097

/**
 * A body that nobody looks at. Piped into a response, it writes the chunks there as they come, without a queue of its
 * own, and the response's headers at once when there is no chunk yet; for any other consumer it is a stream like
 * others. A passage that nobody reads must be destroyed.
 */
export class Passage extends Readable {
  readonly #source: PassageSource
  readonly #recycle: Recycle | undefined
  #response: ServerResponse | null = null
  #waiting = false
  #over = false

  constructor (source: PassageSource, recycle?: Recycle) {
    super({ highWaterMark: 65536 })
    this.#source = source
    this.#recycle = recycle
    // Without a listener a destroyed body would end the process before anybody could attach one.
    this.on('error', ignore)
  }

  /** Takes the next chunk; false asks for no more until the source's `resume` is called. */
  feed (chunk: Buffer): boolean {
    const more = this.#response === null ? this.push(chunk) : this.#write(this.#response, chunk)
    this.#waiting = !more
    return more
  }

  /** Ends the body: nothing is missing. */
  finish (): void {
    this.#over = true
    this.push(null)
    // 'end' is due before the response's own events: that is how Fastify knows a whole body from a broken one.
    if (this.#response !== null) { this.read(); this.#response.end() }
  }

  override pipe<T extends NodeJS.WritableStream> (destination: T, options?: { end?: boolean }): T {
    const response: NodeJS.WritableStream = destination
    if (!isResponse(response) || options?.end === false || this.readableFlowing !== null || this.destroyed) return super.pipe(destination, options)
    this.#response = response
    const queued: Buffer | null = this.read()
    const full = queued !== null && !this.#write(response, queued)
    if (this.#over) {
      this.read()
      response.end()
      return destination
    }
    response.on('drain', () => { this.#goOn() })
    if (queued === null) response.flushHeaders()
    if (full) this.#waiting = true
    else this.#goOn()
    return destination
  }

  override _read (): void {
    if (this.#response === null) this.#goOn()
  }

  override _destroy (error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.#over) {
      this.#over = true
      this.#source.abort(error)
    }
    done(error)
  }

  #write (response: ServerResponse, chunk: Buffer): boolean {
    const recycle = this.#recycle
    if (recycle === undefined || chunk.length < worthRecycling) return response.write(chunk)
    // HTTP/2 may still hold a chunk that it has called written.
    if (response instanceof Http2ServerResponse) return response.write(chunk)
    return response.write(chunk, (error) => { if (error == null) recycle(chunk) })
  }

  #goOn (): void {
    if (!this.#waiting || this.#over) return
    this.#waiting = false
    this.#source.resume()
  }
}

/** Makes a passage of a body that is there already. */
export function passageOf (body: Buffer | null): Passage {
  const passage = new Passage(nothing)
  if (body !== null) passage.feed(body)
  passage.finish()
  return passage
}

const nothing: PassageSource = { resume: ignore, abort: ignore }

function isResponse (destination: NodeJS.WritableStream): destination is ServerResponse {
  return destination instanceof ServerResponse || destination instanceof Http2ServerResponse
}

function ignore (): void {}
