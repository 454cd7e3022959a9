import { ServerResponse } from 'node:http'
import { Http2ServerResponse } from 'node:http2'
import { Readable } from 'node:stream'
import type { PassedBody } from '@floodgate/core'

/** The source of a passage. */
export interface PassageSource {
  /** Continues after `feed` returned false. */
  resume (): void
  /** Stops permanently: the rest is not needed. */
  abort (reason: Error | null): void
}

/** Releases a chunk's memory for reuse. */
export type Recycle = (chunk: Buffer) => void

// Smaller chunks are in Node's own pool.
const worthRecycling = 4097

/**
 * A body that is passed on without being inspected. Piped into a response, it writes the chunks there as they arrive,
 * without its own queue, and the response's headers immediately if there is no chunk yet; for other consumers it is a
 * normal stream. A passage that is not read must be destroyed.
 */
export class Passage extends Readable implements PassedBody {
  readonly #source: PassageSource
  readonly #recycle: Recycle | undefined
  #response: ServerResponse | null = null
  #waiting = false
  #over = false
  #passed = 0

  constructor (source: PassageSource, recycle?: Recycle) {
    super({ highWaterMark: 65536 })
    this.#source = source
    this.#recycle = recycle
    // Without a listener, a destroyed body would end the process before a consumer could attach one.
    this.on('error', ignore)
  }

  get passedBytes (): number {
    return this.#response === null ? -1 : this.#passed
  }

  /** Receives the next chunk; false pauses the source until its `resume` is called. */
  feed (chunk: Buffer): boolean {
    const more = this.#response === null ? this.push(chunk) : this.#write(this.#response, chunk)
    this.#waiting = !more
    return more
  }

  /** Ends the body successfully. */
  finish (): void {
    this.#over = true
    this.push(null)
    // 'end' must precede the response's own events: by that Fastify distinguishes a complete body from an aborted one.
    if (this.#response !== null) { this.read(); this.#response.end() }
  }

  override pipe<T extends NodeJS.WritableStream> (destination: T, options?: { end?: boolean }): T {
    const response: NodeJS.WritableStream = destination
    if (!isResponse(response) || options?.end === false || this.readableFlowing !== null || this.destroyed) {
      return super.pipe(destination, options)
    }
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
    this.#passed += chunk.length
    const recycle = this.#recycle
    if (recycle === undefined || chunk.length < worthRecycling) return response.write(chunk)
    // HTTP/2 may still use a chunk that it has reported as written.
    if (response instanceof Http2ServerResponse) return response.write(chunk)
    return response.write(chunk, (error) => { if (error == null) recycle(chunk) })
  }

  #goOn (): void {
    if (!this.#waiting || this.#over) return
    this.#waiting = false
    this.#source.resume()
  }
}

/** Creates a passage from a body that has already arrived. */
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
