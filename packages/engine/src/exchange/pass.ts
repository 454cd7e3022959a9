import type { CoreRequest, Fault } from '@floodgate/core'
import { Passage, type Recycle } from './passage.ts'
import { Receiver, type Unzip } from './receiver.ts'
import type { Reject, Resolve } from './outcome.ts'

/**
 * Receives a response to pass on: a body that arrived in the same read as its headers is returned as one Buffer, which
 * needs a single write; any other as a passage.
 */
export class PassReceiver extends Receiver {
  #chunks: Buffer[] = []
  #passage: Passage | null = null
  readonly #recycle: Recycle | undefined

  constructor (request: CoreRequest, unzip: Unzip, resolve: Resolve, reject: Reject, recycle?: Recycle) {
    super(request, unzip, resolve, reject)
    this.#recycle = recycle
  }

  protected override begin (controller: { readonly reportsReads?: boolean }): void {
    // If the dispatcher does not report the end of the read with the headers, the next tick counts as its end.
    if (controller.reportsReads !== true) process.nextTick(openPassage, this)
  }

  /** All data that arrived with the headers has been received. */
  onReadEnd (): void {
    this.open()
  }

  override onResponseData (controller: { pause (): void }, chunk: Buffer): void {
    if (this.over) return
    this.observer?.onData(chunk.length)
    const passage = this.#passage
    if (passage === null) this.#chunks.push(chunk)
    else if (!this.runInAsyncScope(passage.feed, passage, chunk)) controller.pause()
  }

  protected override complete (): void {
    if (this.#passage !== null) this.runInAsyncScope(this.#passage.finish, this.#passage)
    else this.answer(join(this.#chunks))
  }

  protected override fail (fault: Fault): void {
    if (this.#passage !== null) this.runInAsyncScope(this.#passage.destroy, this.#passage, fault)
    else this.refuse(fault)
  }

  /** Called by the passage when it has room again. */
  resume (): void {
    if (!this.over) this.controller!.resume()
  }

  /** Responds with a passage, unless the whole body or a failure came first. */
  open (): void {
    if (this.settled) return
    const passage = this.#passage = new Passage(this, this.#recycle)
    let goesOn = true
    for (const chunk of this.#chunks) goesOn = passage.feed(chunk)
    if (!goesOn) this.controller!.pause()
    this.#chunks = []
    this.answer(passage)
  }
}

/** Joins several Buffers; null for an empty body. */
export function join (chunks: readonly Buffer[]): Buffer | null {
  return chunks.length === 1 ? chunks[0]! : chunks.length === 0 ? null : Buffer.concat(chunks)
}

function openPassage (receiver: PassReceiver): void {
  receiver.open()
}
