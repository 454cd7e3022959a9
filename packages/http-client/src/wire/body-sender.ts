import type { Socket } from 'node:net'
import { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { WireError } from './wire-error.ts'

/** Listener for the end of a sent body. */
export interface BodyListener {
  onBodySent (): void
  onBodyFailed (error: Error): void
}

/** Sends a body that comes bit by bit, as fast as the socket takes it. */
export class BodySender {
  readonly #socket: Socket
  readonly #body: Readable
  /** Bytes that were announced; -1 = it goes in chunks. */
  readonly #length: number
  readonly #listener: BodyListener
  #sent = 0
  #isOver = false
  readonly #onData = (chunk: Buffer | string): void => { this.#send(typeof chunk === 'string' ? Buffer.from(chunk) : chunk) }
  readonly #onEnd = (): void => { this.#finish() }
  readonly #onError = (error: Error): void => {
    this.#fail(
      new WireError('upload', `the body of the request could not be read: ${error.message}`, error)
    )
  }

  readonly #onClose = (): void => {
    if (!this.#body.readableEnded) {
      this.#fail(new WireError('upload', 'the body of the request ended early: its sender has disconnected'))
    }
  }

  readonly #onDrain = (): void => { this.#body.resume() }

  constructor (socket: Socket, body: Readable, length: number, listener: BodyListener) {
    this.#socket = socket
    this.#body = body
    this.#length = length
    this.#listener = listener
  }

  start (): void {
    const body = this.#body
    this.#socket.on('drain', this.#onDrain)
    body.on('end', this.#onEnd).on('error', this.#onError).on('close', this.#onClose)
    if (body.errored) this.#onError(body.errored)
    else if (body.readableEnded) this.#finish()
    else if (body.destroyed) this.#onClose()
    else body.on('data', this.#onData).resume()
  }

  /**
   * Reads no more of the body. A body that will not be read is ended, but a server's request only read to its end: its
   * connection still carries the answer.
   */
  stop (): void {
    if (this.#isOver) return
    this.#leave()
    const body = this.#body
    if (body instanceof IncomingMessage) body.resume()
    else body.destroy()
  }

  #send (chunk: Uint8Array): void {
    if (this.#isOver || chunk.length === 0) return
    this.#sent += chunk.length
    const socket = this.#socket
    if (this.#length >= 0) {
      if (this.#sent > this.#length) {
        this.#fail(new WireError('upload length', `its body has more bytes than its Content-Length of ${this.#length}`))
        return
      }
      if (!socket.write(chunk)) this.#body.pause()
      return
    }
    socket.cork()
    socket.write(`${chunk.length.toString(16)}\r\n`, 'latin1')
    socket.write(chunk)
    const goesOn = socket.write('\r\n', 'latin1')
    process.nextTick(uncork, socket)
    if (!goesOn) this.#body.pause()
  }

  #finish (): void {
    if (this.#isOver) return
    if (this.#length >= 0 && this.#sent !== this.#length) {
      this.#fail(new WireError('upload length', `its body has ${this.#sent} bytes, but its Content-Length is ${this.#length}`))
      return
    }
    this.#leave()
    if (this.#length < 0) this.#socket.write('0\r\n\r\n', 'latin1')
    this.#listener.onBodySent()
  }

  #fail (error: WireError): void {
    if (this.#isOver) return
    this.#leave()
    if (error.fault === 'upload length') this.#body.destroy()
    this.#listener.onBodyFailed(error)
  }

  /** The error listener stays: a stream that fails after that must not end the process. */
  #leave (): void {
    this.#isOver = true
    this.#socket.off('drain', this.#onDrain)
    this.#body.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose)
  }
}

function uncork (socket: Socket): void {
  socket.uncork()
}
