/** Most that is read of an answer; the rest says nothing that matters. */
const maxAnswer = 65_536

/** Collects the body of a collector's answer, up to a limit. */
export class AnswerBody {
  readonly #chunks: Buffer[] = []
  #length = 0

  /** Returns whether it is within the limit. */
  add (chunk: Buffer): boolean {
    this.#length += chunk.length
    if (this.#length > maxAnswer) return false
    // The memory of the chunk may be used again.
    this.#chunks.push(Buffer.from(chunk))
    return true
  }

  read (): Buffer {
    return this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks)
  }
}
