import type { FastifyBaseLogger } from 'fastify'

/** A log for what outlives configurations. */
export type ProcessLog = Pick<FastifyBaseLogger, 'error' | 'info' | 'warn'>

/** The log of the configuration that is current when a line is written. */
export function currentLog (log: () => FastifyBaseLogger | undefined): ProcessLog {
  const at = (level: keyof ProcessLog) => (...line: [string]): void => { log()?.[level](...line) }
  return { error: at('error'), info: at('info'), warn: at('warn') }
}
