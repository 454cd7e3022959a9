import type { FastifyBaseLogger } from 'fastify'
import { openTextPort, type TextPort } from '../text-port.ts'
import { writeStats, type StatsData } from './registry.ts'
import { readMemory } from './runtime-stats.ts'

export type StatsPort = TextPort

/** Splits "host:port" as Go does: without a host all addresses, with one in brackets IPv6. Null = it has no valid port. */
export function readListenAddress (address: string): { readonly host: string, readonly port: number } | null {
  const match = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(address)
  if (match === null || Number(match[3]) > 65_535) return null
  return { host: match[1] ?? match[2] ?? '', port: Number(match[3]) }
}

/**
 * Serves the counts at `/__stats`, written as Go's expvar does. What cannot be opened is logged, as in the reference.
 *
 * @param read the counts of all processes
 */
export async function openStatsPort (
  address: string,
  read: () => readonly StatsData[] | Promise<readonly StatsData[]>,
  log: Pick<FastifyBaseLogger, 'error'>
): Promise<StatsPort | null> {
  try {
    return await openTextPort({
      name: 'telemetry/metrics',
      ...readListenAddress(address)!,
      path: '/__stats',
      contentType: 'application/json; charset=utf-8',
      read: async () => writeVariables(writeStats(await read())),
      log
    })
  } catch (error) {
    log.error({ err: error }, `telemetry/metrics: ${address} cannot be opened`)
    return null
  }
}

/** The command line may contain secrets: only its name is shown. */
function writeVariables (stats: Readonly<Record<string, number>>): string {
  const variables: Record<string, unknown> = { cmdline: ['floodgate'], ...stats, memstats: readMemory() }
  return `{\n${Object.entries(variables).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`).join(',\n')}\n}\n`
}
