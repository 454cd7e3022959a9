import type { Socket } from 'node:net'
import type { ClientError } from '../call/client-error.ts'

/** Reads what has come so far, oldest first: the bytes it needs no more of, or null = wait for more. Throws a ClientError. */
export type Read<Value> = (bytes: Buffer) => { value: Value, length: number } | null

/**
 * Exchanges a few messages over a socket before it serves its purpose. Excess data is put back into it. Always ends
 * with `close`.
 */
export class Negotiation {
  readonly #socket: Socket
  readonly #hangup: () => ClientError
  readonly #onReadable = (): void => { this.#advance() }
  readonly #onClose = (error?: Error | boolean): void => {
    this.#fail(
      error instanceof Error ? error : this.#socket.errored ?? this.#hangup()
    )
  }

  #bytes: Buffer = Buffer.alloc(0)
  #waiting: { read: Read<unknown>, resolve: (value: any) => void, reject: (error: Error) => void } | null = null
  #error: Error | null = null

  /** @param hangup creates the error for a peer that closes too early */
  constructor (socket: Socket, hangup: () => ClientError) {
    this.#socket = socket
    this.#hangup = hangup
    socket.on('readable', this.#onReadable).on('end', this.#onClose).on('close', this.#onClose).on('error', this.#onClose)
  }

  /** Sends a message and waits for the answer to it. */
  ask<Value> (message: Buffer | string, read: Read<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      this.#waiting = { read, resolve, reject }
      if (this.#error) { this.#fail(this.#error); return }
      this.#socket.write(message, 'latin1')
      this.#advance()
    })
  }

  close (): void {
    this.#socket.off('readable', this.#onReadable).off('end', this.#onClose).off('close', this.#onClose).off('error', this.#onClose)
    if (this.#bytes.length > 0 && !this.#socket.destroyed) this.#socket.unshift(this.#bytes)
  }

  #advance (): void {
    const chunk = this.#socket.read() as Buffer | null
    if (chunk !== null) this.#bytes = Buffer.concat([this.#bytes, chunk])
    const waiting = this.#waiting
    if (waiting === null) return
    try {
      const result = waiting.read(this.#bytes)
      if (result === null) return
      this.#bytes = this.#bytes.subarray(result.length)
      this.#waiting = null
      waiting.resolve(result.value)
    } catch (error) {
      this.#fail(error as Error)
    }
  }

  #fail (error: Error): void {
    this.#error ??= error
    const waiting = this.#waiting
    this.#waiting = null
    waiting?.reject(this.#error)
  }
}
