import fs from 'node:fs'

/** Lines are gathered up to this size before they are written, in bytes, or for so long, in ms. */
const ENOUGH = 3584
const GATHERING = 100
/** Longest write in bytes that a pipe accepts atomically (POSIX PIPE_BUF). A longer line is written on its own. */
const LONGEST = 4096
/** Largest backlog in bytes; further lines are dropped. */
const MOST = 16 * 1024 * 1024
/** Delay in ms before a write is retried: to a full pipe, and after a failure (a full disk). */
const AGAIN = 50
const AFTER_FAILURE = 1_000
/** How long the remaining lines may delay the end of the process, in ms. */
const LAST_WORDS = 500

/**
 * Writes lines to a file descriptor without waiting for it. Failures of the other end neither end the process nor keep
 * it running: writes to a full pipe or disk are retried, lines beyond 16 MB are dropped and counted, and if a pipe has
 * no reader, all lines are dropped. (sonic-boom, pino's own, throws at a full disk, and loops for ever over a pipe that
 * is full, or has no reader, when the process exits.) Call `writeLast` when the process exits.
 */
export class LineWriter {
  readonly #fd: number
  readonly #onDropped: (lines: number) => void
  /** Batches of whole lines, the first one to be written next. */
  #batches: string[] = []
  #lastLength = 0
  /** What is being written. */
  #writing: Buffer | null = null
  #inFlight = false
  /** Bytes of all of it. */
  #waiting = 0
  #timer: NodeJS.Timeout | undefined
  #gone = false
  /** Number of dropped lines. */
  #dropped = 0
  #emptied: (() => void)[] = []

  /** @param onDropped called with the number of dropped lines once there is room again */
  constructor (fd: number, onDropped: (lines: number) => void = () => {}) {
    this.#fd = fd
    this.#onDropped = onDropped
  }

  /** @param now write this and all gathered lines immediately */
  write (line: string, now = false): void {
    if (this.#gone) return
    const length = Buffer.byteLength(line)
    if (this.#waiting + length > MOST) { this.#dropped += countLines(line); return }
    this.#waiting += length
    const last = this.#batches.length - 1
    if (last >= 0 && this.#lastLength + length <= LONGEST) {
      this.#batches[last] += line
      this.#lastLength += length
    } else {
      this.#batches.push(line)
      this.#lastLength = length
    }
    if (this.#writing !== null) return
    if (now || this.#waiting >= ENOUGH) this.#next()
    else this.#later(GATHERING)
  }

  /** Writes the waiting lines; resolves when all are written or after `ms`. */
  flush (ms = LAST_WORDS): Promise<void> {
    if (this.#waiting === 0 || this.#gone) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#emptied.push(() => { clearTimeout(timer); resolve() })
      if (this.#writing === null) this.#next()
    })
  }

  /** Writes the waiting lines synchronously at the exit of the process, for at most 500 ms. */
  writeLast (): void {
    // A write that is in progress in a thread completes before the process ends.
    const rest = Buffer.from(this.#batches.join(''))
    let bytes = this.#inFlight || this.#writing === null ? rest : Buffer.concat([this.#writing, rest])
    this.#batches = []
    const until = performance.now() + LAST_WORDS
    while (bytes.length > 0 && !this.#gone) {
      try {
        bytes = bytes.subarray(fs.writeSync(this.#fd, bytes, 0, Math.min(bytes.length, LONGEST)))
      } catch (error) {
        if (!isFull(error) || performance.now() > until) return
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
      }
    }
  }

  /** Never keeps the process running. */
  #later (ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#next()
    }, ms).unref()
  }

  #next (): void {
    if (this.#inFlight || this.#gone) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#writing === null) {
      const batch = this.#batches.shift()
      if (batch === undefined) return this.#tellEmpty()
      this.#writing = Buffer.from(batch)
    }
    this.#inFlight = true
    fs.write(this.#fd, this.#writing, (error, written) => { this.#wrote(error, written) })
  }

  #wrote (error: NodeJS.ErrnoException | null, written: number): void {
    this.#inFlight = false
    if (error?.code === 'EPIPE') return this.#giveUp()
    if (error !== null) return this.#later(isFull(error) ? AGAIN : AFTER_FAILURE)
    this.#waiting -= written
    if (this.#dropped > 0 && this.#waiting <= MOST / 2) this.#tellDropped()
    const rest = this.#writing!.subarray(written)
    this.#writing = rest.length > 0 ? rest : null
    if (this.#writing !== null || this.#waiting >= ENOUGH || this.#emptied.length > 0) this.#next()
    else if (this.#waiting > 0) this.#later(GATHERING)
  }

  #tellDropped (): void {
    const lines = this.#dropped
    this.#dropped = 0
    this.#onDropped(lines)
  }

  #giveUp (): void {
    this.#gone = true
    this.#batches = []
    this.#writing = null
    this.#waiting = 0
    this.#tellEmpty()
  }

  #tellEmpty (): void {
    const emptied = this.#emptied
    this.#emptied = []
    for (const tell of emptied) tell()
  }
}

function countLines (text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++
  return count
}

function isFull (error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'EAGAIN' || code === 'EBUSY'
}
