import { BareResponse } from './bare-response.ts'
import { join } from './pass.ts'
import { Receiver, type Unzip } from './receiver.ts'
import type { Reject, Resolve } from './outcome.ts'
import type { BackendResponse, CoreRequest, Fault } from '@floodgate/core'
import { tooLargeFault } from './backend-fault.ts'
import type { Recycle } from './passage.ts'

/** Receives a response to decode: completely, or not at all. */
export class CollectReceiver extends Receiver {
  readonly #bare: boolean
  readonly #recycle: Recycle | undefined
  readonly #chunks: Buffer[] = []
  #room: number

  /**
   * @param maxBytes of the body, both compressed and decompressed
   * @param bare returns a {@link BareResponse}
   * @param recycle releases chunks after they were joined
   */
  constructor (request: CoreRequest, unzip: Unzip, resolve: Resolve, reject: Reject, maxBytes: number, bare: boolean, recycle?: Recycle) {
    super(request, unzip, resolve, reject, maxBytes)
    this.#bare = bare
    this.#recycle = recycle
    this.#room = maxBytes
  }

  protected override begin (): void {}

  protected override describe (status: number, raw: readonly string[]): BackendResponse {
    return this.#bare ? new BareResponse(status, raw) : super.describe(status, raw)
  }

  protected override encodingOf (response: BackendResponse): string | undefined {
    return response instanceof BareResponse && !response.isEncoded ? undefined : super.encodingOf(response)
  }

  override onResponseData (_controller: unknown, chunk: Buffer): void {
    if (this.over) return
    this.observer?.onData(chunk.length)
    this.#chunks.push(chunk)
    this.#room -= chunk.length
    if (this.#room < 0) {
      const fault = tooLargeFault(this.request)
      this.refuse(fault)
      this.abort(fault)
    }
  }

  protected override complete (): void {
    const chunks = this.#chunks
    const whole = join(chunks)
    if (chunks.length > 1 && this.#recycle !== undefined) for (const chunk of chunks) this.#recycle(chunk)
    this.answer(whole)
  }

  protected override fail (fault: Fault): void {
    this.refuse(fault)
  }
}
