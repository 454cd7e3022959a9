import { probe as probeBackends, type ProbedTarget } from '@floodgate/inspect/probe'
import { chooseEndpoints } from '../choose-endpoints.ts'
import { exitCodes, probeCodes } from '../exit-codes.ts'
import { printJson } from '../format/json.ts'
import { drawProbe } from '../format/probe.ts'
import { loadToLookAt, type ConfigOptions } from '../load.ts'
import { createLiveProgress } from '../live-progress.ts'
import type { Terminal } from '../terminal.ts'

export interface ProbeOptions extends ConfigOptions {
  endpoint?: string
  json?: boolean
  /** ms for each backend. */
  timeout: number
  concurrency: number
  /** Days. */
  warnExpiry: number
}

/** Reaches the backends and prints what became of each, in the order of the configuration. Resolves to the exit status. */
export async function probe (options: ProbeOptions, terminal: Terminal): Promise<number> {
  const loaded = await loadToLookAt(options, terminal)
  if (loaded === null) return exitCodes.configuration
  const endpoints = chooseEndpoints(loaded, options.endpoint, terminal)
  if (endpoints === null) return exitCodes.usage
  const { timeout, concurrency, warnExpiry } = options
  const live = createLiveProgress(terminal)
  const waiting = new Map<number, ProbedTarget>()
  let printed = 0
  /** What comes first is printed first, as soon as it is there. */
  function print (): void {
    for (let next = waiting.get(printed); next !== undefined; next = waiting.get(printed)) {
      terminal.out(`${printed > 0 ? '\n' : ''}${drawProbe(next, { color: terminal.outColor, warnExpiry })}\n`)
      waiting.delete(printed++)
    }
  }
  const results = await probeBackends(loaded, {
    endpoints,
    timeout,
    concurrency,
    warnExpiry,
    onProgress (progress) {
      if (progress.kind === 'end') waiting.set(progress.index, progress.result)
      if (progress.kind === 'end' && !options.json) live.interrupt(print)
      live.show(progress)
    }
  })
  live.end()
  if (options.json) printJson(results, terminal)
  else terminal.err(`${results.length === 0 ? '' : '\n'}${count(results)}\n`)
  return results.every(({ ok }) => ok) ? exitCodes.ok : probeCodes.failed
}

function count (results: readonly ProbedTarget[]): string {
  const failed = results.filter(({ ok }) => !ok).length
  const warned = results.filter(({ ok, expiring }) => ok && expiring.length > 0).length
  return [
    `${results.length - failed} reached`,
    ...failed > 0 ? [`${failed} failed`] : [],
    ...warned > 0 ? [`${warned} with certificates that expire soon`] : []
  ].join(', ')
}
