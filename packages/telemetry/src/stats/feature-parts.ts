import type { Feature, FeatureContext, ServiceHooks, Watch } from '@floodgate/core'
import { parseDuration } from '@floodgate/go/duration'
import { Collection } from './collection.ts'
import { StatsSettings, statsNamespace } from './options.ts'
import { countAnswers } from './proxy-stats.ts'
import { countRequests } from './router-stats.ts'
import { readListenAddress } from './stats-port.ts'
import { backendName, pipeName, readWantedStats } from './wanted-stats.ts'

/** Creates the parts of the feature for one gateway. */
export function createStatsParts (): Partial<Feature> {
  let hooks: ServiceHooks | undefined
  let watch: Watch | undefined
  return {
    setup (context) {
      const { model } = context
      const settings = model.extra[statsNamespace] as StatsSettings | undefined
      if (settings === undefined) return
      const address = settings.listen_address ?? StatsSettings.properties.listen_address.default
      if (readListenAddress(address) === null) {
        context.problem(
          ['extra_config', statsNamespace, 'listen_address'],
          `must be an address with a port, such as ":8090" or "127.0.0.1:8090", not ${JSON.stringify(address)}`
        )
        return
      }
      if (context.dryRun) return
      const { registry, aggregations } = collect(settings, address, context)
      if (settings.router_disabled !== true) {
        const router = countRequests(registry, model.endpoints)
        aggregations.push(router.aggregate)
        context.onClose(() => { aggregations.splice(aggregations.indexOf(router.aggregate), 1) })
        hooks = router.hooks
      }
      watch = {
        ...settings.proxy_disabled !== true && {
          endpoint: (next, endpoint) => countAnswers(next, pipeName(endpoint), registry)
        },
        ...settings.backend_disabled !== true && {
          backend: (next, backend) => countAnswers(next, backendName(backend), registry)
        }
      }
    },
    service: () => hooks,
    watch: () => watch
  }
}

/** The counts of what a reload keeps outlive it, and their port one that does not change it. */
function collect (settings: StatsSettings, address: string, { keep, onServe, onClose, log, workers, model }: FeatureContext): Collection {
  const period = parseDuration(settings.collection_time ?? StatsSettings.properties.collection_time.default) ?? 0
  const port = settings.endpoint_disabled === true ? null : address
  const collection = keep(statsNamespace, null, () => new Collection(workers), (kept) => kept.close())
  onServe(() => collection.serve({ period, address: port, isWanted: readWantedStats(model), log }))
  onClose(() => { collection.prune() })
  return collection
}
