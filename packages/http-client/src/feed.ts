import net, { type Socket, type TcpNetConnectOpts } from 'node:net'
import { Readable } from 'node:stream'
import { undiciSymbol } from './undici-symbols.ts'

/** The part of undici's HTTP/1 parser that matters here (undici 7, lib/dispatcher/client-h1.js). */
interface Parser {
  paused: boolean
  /** Of the answer that is being read; 0 = none. */
  statusCode: number
  execute (chunk: Buffer): void
}

// On the memory itself, where every part of a chunk leads: a WeakMap costs more than the allocation it saves.
const blockOf = Symbol('block')

/** A buffer that large reads are handed out in, and that comes back with {@link recycle}. */
interface Block {
  readonly buffer: Buffer
  /** Bytes of the read it holds; 0 = none. */
  length: number
}

type BlockMemory = ArrayBufferLike & { [blockOf]?: Block }

const blockSize = 64 * 1024
// A smaller read is copied into a buffer of its own size: a block would be mostly empty.
const worthABlock = blockSize / 2
const maxFreeBlocks = 128
// What is smaller comes from Node's own pool.
const worthASlab = 4096

const readBuffer = Buffer.allocUnsafeSlow(blockSize)
const free: Block[] = []
/** Where reads of middle size are put one behind the other: Node would allocate for each. */
let slab = Buffer.allocUnsafeSlow(blockSize)
let slabUsed = 0
// Should it go away, sockets are plain streams to undici again.
const parserKey = undiciSymbol('kParser')

/**
 * Opens a TCP connection that reads into one buffer of the whole process, and hands what it read to undici's parser at
 * once. By default Node allocates 64 KB for each read, and undici reads through a stream that nobody else looks at.
 * Before undici has the socket, and while its parser is paused, the socket is a stream like any other.
 */
export function connectFed (options: TcpNetConnectOpts): Socket {
  /** Where the next read goes: that of a large body, straight into a block. */
  let block: Block | null = null
  let isLarge = false
  const socket: Socket = net.connect({
    ...options,
    onread: {
      buffer () {
        if (isLarge) return (block ??= takeBlock()).buffer
        if (block !== null) giveBack(block)
        block = null
        return readBuffer
      },
      callback (length) {
        let chunk: Buffer
        if (block !== null && length >= worthABlock) {
          chunk = fill(block, length)
          block = null
        } else {
          chunk = copyOut(block?.buffer ?? readBuffer, length)
        }
        const goesOn = accept(socket, chunk)
        isLarge = length >= worthABlock && (parserOf(socket)?.statusCode ?? 0) > 0
        return goesOn
      }
    }
  })
  return socket
}

/** Makes a socket that reads in its own way, one of TLS, hand what it read to undici's parser at once. */
export function feedParser (socket: Readable): void {
  socket.push = function push (chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    return accept(socket, chunk, encoding)
  }
}

/**
 * Takes back a body chunk that nobody needs any more, so that the next read does not allocate. Call it once per chunk
 * given to `onData`, after the last use of its bytes (in the callback of `write`); or never: it is garbage then.
 */
export function recycle (chunk: Buffer): void {
  if (chunk.length < worthABlock) return
  const block = (chunk.buffer as BlockMemory)[blockOf]
  // Only a chunk that is all of its read: otherwise other parts may still be in use.
  if (block === undefined || chunk.byteOffset !== 0 || chunk.length !== block.length) return
  giveBack(block)
}

/** Says whether the socket shall read on. */
function accept (socket: Readable, chunk: Buffer | null, encoding?: BufferEncoding): boolean {
  const parser = parserOf(socket)
  if (parser == null || parser.paused || chunk === null || socket.readableLength > 0) return Readable.prototype.push.call(socket, chunk, encoding)
  parser.execute(chunk)
  return true
}

function parserOf (socket: Readable): Parser | null | undefined {
  return (socket as unknown as Record<symbol, Parser | null | undefined>)[parserKey]
}

function copyOut (from: Buffer, length: number): Buffer {
  if (length < worthABlock) {
    const chunk = length < worthASlab ? Buffer.allocUnsafe(length) : takeFromSlab(length)
    from.copy(chunk, 0, 0, length)
    return chunk
  }
  const block = takeBlock()
  from.copy(block.buffer, 0, 0, length)
  return fill(block, length)
}

function takeFromSlab (length: number): Buffer {
  if (slabUsed + length > blockSize) {
    slab = Buffer.allocUnsafeSlow(blockSize)
    slabUsed = 0
  }
  const chunk = slab.subarray(slabUsed, slabUsed + length)
  slabUsed += length
  return chunk
}

function takeBlock (): Block {
  return free.pop() ?? createBlock()
}

function giveBack (block: Block): void {
  block.length = 0
  if (free.length < maxFreeBlocks) free.push(block)
}

/** What a read has put into a block. */
function fill (block: Block, length: number): Buffer {
  block.length = length
  return block.buffer.subarray(0, length)
}

function createBlock (): Block {
  const buffer = Buffer.allocUnsafeSlow(blockSize)
  const block = { buffer, length: 0 }
  ;(buffer.buffer as BlockMemory)[blockOf] = block
  return block
}
