/** What one request goes over: a connection of its own for so long, or a stream of one that others use too. */
export interface Carrier {
  /** Takes the options of a request and its handler, of undici's older kind. */
  readonly client: { dispatch (options: any, handler: any): boolean }
  /** Whether the request that is sent now is not the first one of its connection. */
  use (): boolean
  /** Ends the use of it. */
  release (reusable: boolean): void
}

/** A call that waits for a carrier. */
export interface Waiter {
  ride (carrier: Carrier): void
  onError (error: Error): void
}
