import { BareResponse } from './bare-response.ts'
import { join } from './pass.ts'
import { Receiver, type Reject, type Resolve, type Unzip } from './receiver.ts'
import type { BackendResponse, CoreRequest, Fault } from '@floodgate/core'
import { tooLargeFault } from './backend-fault.ts'

/** Receives an answer to be decoded: whole, or not at all. */
export class CollectReceiver extends Receiver {
  readonly #bare: boolean
  readonly #chunks: Buffer[] = []
  #room: number

  /**
   * @param maxBytes of the body, as it comes and unzipped
   * @param bare answers with a {@link BareResponse}
   */
  constructor (request: CoreRequest, unzip: Unzip, resolve: Resolve, reject: Reject, maxBytes: number, bare: boolean) {
    super(request, unzip, resolve, reject, maxBytes)
    this.#bare = bare
    this.#room = maxBytes
  }

  protected override begin (): void {}

  protected override describe (status: number, raw: readonly Buffer[]): BackendResponse {
    return this.#bare ? new BareResponse(status, raw) : super.describe(status, raw)
  }

  protected override encodingOf (response: BackendResponse): string | undefined {
    return response instanceof BareResponse && !response.isEncoded ? undefined : super.encodingOf(response)
  }

  override onData (chunk: Buffer): boolean {
    this.#chunks.push(chunk)
    this.#room -= chunk.length
    if (this.#room < 0) {
      const fault = tooLargeFault(this.request)
      this.refuse(fault)
      this.abort(fault)
    }
    return true
  }

  protected override complete (): void {
    this.answer(join(this.#chunks))
  }

  protected override fail (fault: Fault): void {
    this.refuse(fault)
  }
}
