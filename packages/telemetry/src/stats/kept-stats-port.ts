import type { FastifyBaseLogger } from 'fastify'
import type { StatsData } from './registry.ts'
import { openStatsPort, type StatsPort } from './stats-port.ts'

/** The port of `/__stats`, which passes from one configuration to the next. */
export interface KeptStatsPort {
  /**
   * Resolves when the port of a configuration is open, and that of the one before is closed if it is another. One that could not be
   * opened is tried again.
   *
   * @param address null = none is wanted
   */
  serve (address: string | null, log: Pick<FastifyBaseLogger, 'error'>): Promise<void>
  close (): Promise<void>
}

/** @param read the counts of all processes */
export function keepStatsPort (read: () => readonly StatsData[] | Promise<readonly StatsData[]>): KeptStatsPort {
  let served: string | null = null
  let port: StatsPort | null = null
  /** Each change waits for the one before. */
  let last: Promise<void> = Promise.resolve()

  async function change (address: string | null, log: Pick<FastifyBaseLogger, 'error'>): Promise<void> {
    if (address === served && port !== null) return
    await port?.close()
    port = null
    served = address
    if (address === null) return
    port = await openStatsPort(address, read, log)
  }

  return {
    serve (address, log) {
      last = last.then(() => change(address, log))
      return last
    },
    async close () {
      await last
      await port?.close()
    }
  }
}
