import { join } from './pass.ts'
import { Receiver } from './receiver.ts'
import type { Fault } from '@floodgate/core'

/** Receives an answer to be decoded: whole, or not at all. */
export class CollectReceiver extends Receiver {
  readonly #chunks: Buffer[] = []

  protected override begin (): void {}

  override onData (chunk: Buffer): boolean {
    this.#chunks.push(chunk)
    return true
  }

  protected override complete (): void {
    this.answer(join(this.#chunks))
  }

  protected override fail (fault: Fault): void {
    this.refuse(fault)
  }
}
