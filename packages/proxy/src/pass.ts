import type { CoreRequest, Fault } from '@floodgate/core'
import { Passage, type Recycle } from './passage.ts'
import { Receiver, type Reject, type Resolve, type Unzip } from './receiver.ts'

/**
 * Receives an answer to be passed on: a body that came in the same read as its headers is answered as one Buffer, which
 * is one write for whoever sends it; any other as a passage.
 */
export class PassReceiver extends Receiver {
  #chunks: Buffer[] = []
  #passage: Passage | null = null
  #resume: (() => void) | null = null
  readonly #recycle: Recycle | undefined

  constructor (request: CoreRequest, unzip: Unzip, resolve: Resolve, reject: Reject, recycle?: Recycle) {
    super(request, unzip, resolve, reject)
    this.#recycle = recycle
  }

  protected override begin (resume: () => void): void {
    this.#resume = resume
    process.nextTick(openPassage, this)
  }

  override onData (chunk: Buffer): boolean {
    if (this.over) return false
    if (this.#passage !== null) return this.#passage.feed(chunk)
    this.#chunks.push(chunk)
    return true
  }

  protected override complete (): void {
    if (this.#passage !== null) this.#passage.finish()
    else this.answer(join(this.#chunks))
  }

  protected override fail (fault: Fault): void {
    if (this.#passage !== null) this.#passage.destroy(fault)
    else this.refuse(fault)
  }

  /** Asked by the passage when it has room again. */
  resume (): void {
    if (!this.over) this.#resume!()
  }

  /** Answers with a passage, unless the whole body or a failure came first. */
  open (): void {
    if (this.settled) return
    const passage = this.#passage = new Passage(this, this.#recycle)
    for (const chunk of this.#chunks) passage.feed(chunk)
    this.#chunks = []
    this.answer(passage)
  }
}

/** One Buffer of several; null for an empty body. */
export function join (chunks: readonly Buffer[]): Buffer | null {
  return chunks.length === 1 ? chunks[0]! : chunks.length === 0 ? null : Buffer.concat(chunks)
}

function openPassage (receiver: PassReceiver): void {
  receiver.open()
}
