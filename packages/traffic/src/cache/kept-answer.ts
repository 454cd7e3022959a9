import type { Headers } from '@floodgate/core'

/** A cached response. */
export interface KeptAnswer {
  readonly status: number
  readonly headers: Readonly<Headers>
  readonly body: Buffer | null
  /** When its age was 0, in ms of the cache's clock. */
  readonly born: number
  /** Request headers in its `Vary`, with their values in the original request. */
  readonly varied: readonly (readonly [name: string, value: string])[]
}
