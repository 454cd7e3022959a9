import type { Feature } from '@floodgate/core'
import { StatsSettings, statsNamespace } from './options.ts'
import { createStatsService } from './primary-service.ts'

/** The feature `telemetry/metrics`: counters and distributions as JSON at `/__stats` of a port of its own. */
export const statsFeature: Feature = {
  namespace: statsNamespace,
  schemas: { service: StatsSettings },
  services: { [statsNamespace]: createStatsService },
  load: async () => (await import('./feature-parts.ts')).createStatsParts()
}
