import type { Headers } from '@floodgate/core'

/** An answer in a cache. */
export interface KeptAnswer {
  readonly status: number
  readonly headers: Readonly<Headers>
  readonly body: Buffer | null
  /** When its age was 0, in ms of the cache's clock. */
  readonly born: number
  /** Request headers that it was chosen by (`Vary`), with their values then. */
  readonly varied: readonly (readonly [name: string, value: string])[]
}
