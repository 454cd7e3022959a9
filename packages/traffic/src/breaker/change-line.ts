import type { BreakerState } from './circuit-breaker.ts'

/** The log line of `log_status_change`, in the reference's words. */
export function changeLine (name: string, from: BreakerState, to: BreakerState): string {
  return `circuit breaker named '${name}' went from '${from}' to '${to}'`
}
