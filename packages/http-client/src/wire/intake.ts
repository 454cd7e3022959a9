import net, { type Socket, type TcpNetConnectOpts } from 'node:net'
import { takeBlock, worthABlock, type Block } from './blocks.ts'
import { copy } from './copies.ts'

/** The reader of a socket. */
export interface Sink {
  /** Bytes that are to come of what is being read; large ones go into blocks. */
  readonly missing: number
  /** Receives data. The bytes are overwritten after that, unless they are kept with {@link Intake.take}. */
  accept (bytes: Buffer, length: number): void
}

/** How bytes get from a socket to its sink. Errors and ends are the socket's own events. */
export interface Intake {
  /** Hands out a part of the bytes that the sink was given, to be kept. Called in order, within `accept`. */
  take (bytes: Buffer, from: number, to: number): Buffer
  /** Asks for no more, also in the middle of `accept`. */
  pause (): void
  resume (): void
  /** Releases the socket to other code, as a normal stream. */
  detach (): void
}

/** Reads that find less than this missing of a body go into the shared buffer, and are copied. */
const worthReading = 32 * 1024

/** Where every connection reads what is small: nothing stays in it. */
const shared = Buffer.allocUnsafeSlow(64 * 1024)
const intakes = new WeakMap<Socket, DirectIntake>()

/**
 * Opens a TCP connection that is read without a stream in between, once a sink is {@link attach | attached}. Before, and
 * after {@link Intake.detach}, it is a stream like others.
 */
export function openDirect (options: TcpNetConnectOpts): Socket {
  const intake = new DirectIntake()
  const socket = net.connect(
    { ...options, onread: { buffer: () => intake.nextBuffer(), callback: (length, bytes) => intake.accept(bytes as Buffer, length) } }
  )
  intake.socket = socket
  intakes.set(socket, intake)
  return socket
}

/** Reads from a socket that is open. What it has read already goes to the sink at once. */
export function attach (socket: Socket, sink: Sink): Intake {
  const direct = intakes.get(socket)
  if (direct === undefined) return new StreamIntake(socket, sink)
  direct.attach(sink)
  return direct
}

class DirectIntake implements Intake {
  socket!: Socket
  #sink: Sink | null = null
  #block: Block | null = null
  #goesOn = true

  attach (sink: Sink): void {
    this.#sink = sink
    const early = this.socket.read() as Buffer | null
    if (early !== null) sink.accept(early, early.length)
    this.socket.read(0)
  }

  /** Where the next read goes. */
  nextBuffer (): Buffer {
    const missing = this.#sink?.missing ?? 0
    let block = this.#block
    if (block !== null && (missing === 0 || !block.hasRoom)) {
      block.seal()
      block = this.#block = null
    }
    if (missing < worthReading) return shared
    if (block === null) block = this.#block = takeBlock(missing)
    return block.room
  }

  accept (bytes: Buffer, length: number): boolean {
    const sink = this.#sink
    if (sink === null) return this.socket.push(copy(bytes, 0, length))
    sink.accept(bytes, length)
    return this.#goesOn
  }

  take (bytes: Buffer, from: number, to: number): Buffer {
    const block = this.#block
    return block !== null && bytes.buffer === block.buffer.buffer && to - from >= worthABlock ? block.take(from, to) : copy(bytes, from, to)
  }

  /** Between two reads it takes effect after the next one. */
  pause (): void {
    this.#goesOn = false
  }

  resume (): void {
    this.#goesOn = true
    this.socket.read(0)
  }

  detach (): void {
    this.#sink = null
    this.#block?.seal()
    this.#block = null
    // Data that it reads from now on is pushed into it on demand.
    this.#goesOn = true
  }
}

/** TLS over a given socket, and other plain streams. */
class StreamIntake implements Intake {
  readonly #socket: Socket
  readonly #onData: (chunk: Buffer) => void

  constructor (socket: Socket, sink: Sink) {
    this.#socket = socket
    this.#onData = (chunk) => { sink.accept(chunk, chunk.length) }
    socket.on('data', this.#onData)
  }

  /** The chunk is not shared. Keeping a small part would keep all of it in memory. */
  take (bytes: Buffer, from: number, to: number): Buffer {
    return to - from >= bytes.length / 2 ? bytes.subarray(from, to) : copy(bytes, from, to)
  }

  pause (): void { this.#socket.pause() }

  resume (): void { this.#socket.resume() }

  detach (): void {
    this.#socket.off('data', this.#onData).pause()
    // As if it had not been read: a data listener resumes it.
    Object.assign(this.#socket, { readableFlowing: null })
  }
}
