/** What became of the requests. */
export interface Deaths {
  /** How many processes died or were replaced. */
  readonly times: number
  readonly requests: number
  /** Requests without an answer, or with another status than 200. */
  readonly failed: number
  /** Those of them on a kept connection, which most clients repeat by themselves. */
  readonly reused: number
  readonly statuses: Readonly<Record<number, number>>
  /** Failures by code. */
  readonly errors: Readonly<Record<string, number>>
  /** How long until each was replaced, or had ended, in ms. */
  readonly waits: readonly number[]
}

export function killWorkers (options: { rate: number, workers: number, times: number, pause: number | null }): Promise<Deaths>
export function killPrimary (options: { rate: number, workers: number | null, times: number }): Promise<Deaths>
/** `unrouted`: connections for which no gateway was ready, by the balancer's probes. */
export function roll (
  options: { rate: number, times: number, notice: string, period: number }
): Promise<Deaths & { readonly unrouted: number }>
