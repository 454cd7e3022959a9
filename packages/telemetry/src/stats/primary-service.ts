import { createQuestionRound, type PrimaryContext, type PrimaryService, type Service } from '@floodgate/core'
import type { WorkerStats } from './collection.ts'
import type { KeptStatsPort } from './kept-stats-port.ts'
import { StatsSettings, statsNamespace } from './options.ts'
import type { StatsData } from './registry.ts'
import { readWantedStats, type WantsStats } from './wanted-stats.ts'

/**
 * The primary's part: it serves the sums of all workers at one port. What a worker had counted last stays in them after its
 * end, while the configuration has it.
 */
export function createStatsService ({ model, log, broadcast }: PrimaryContext): PrimaryService {
  const latest = new Map<number, StatsData>()
  const ended = new Map<string, number>()
  const round = createQuestionRound((question) => { broadcast(statsNamespace, question) })
  let isWanted: WantsStats = () => false
  let port: Promise<KeptStatsPort> | null = null
  serve(model)

  /** Opens the port of a configuration, and closes that of the one before if it is another. */
  function serve (model: Service): void {
    isWanted = readWantedStats(model)
    for (const name of ended.keys()) if (!isWanted(name)) ended.delete(name)
    const settings = model.extra[statsNamespace] as StatsSettings | undefined
    const address = settings === undefined || settings.endpoint_disabled === true
      ? null
      : settings.listen_address ?? StatsSettings.properties.listen_address.default
    if (address !== null) port ??= import('./kept-stats-port.ts').then(({ keepStatsPort }) => keepStatsPort(read))
    port?.then((kept) => kept.serve(address, log)).catch(() => {})
  }

  async function read (): Promise<readonly StatsData[]> {
    await round.ask(latest.keys())
    return [{ numbers: [...ended], samples: [] }, ...latest.values()]
  }

  return {
    call ({ question, ...stats }: WorkerStats, from) {
      latest.set(from, stats)
      round.answered(from, question)
    },
    gone (worker) {
      for (const [name, value] of latest.get(worker)?.numbers ?? []) {
        if (isCounter(name) && isWanted(name)) ended.set(name, (ended.get(name) ?? 0) + value)
      }
      latest.delete(worker)
      round.gone(worker)
    },
    update: serve,
    async close () { await (await port)?.close() }
  }
}

/** Memory and gauges go with their worker. */
function isCounter (name: string): boolean {
  return !name.startsWith('krakend.service.') && !name.endsWith('-gauge')
}
