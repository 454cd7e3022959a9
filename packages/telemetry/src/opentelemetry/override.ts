import type { Endpoint, Service } from '@floodgate/core'
import type { Exporters } from './exporters.ts'
import { recordFor } from './metrics/exporter-choice.ts'
import type { Meter } from './metrics/meter.ts'
import { namespace, type EndpointLayers } from './options.ts'
import type { Recording } from './telemetry.ts'
import { createSampler } from './traces/trace-context.ts'

/** `exporters_override` of an endpoint; undefined = it has none. */
export function overrideOf ({ extra }: Pick<Endpoint, 'extra'>): EndpointLayers['exporters_override'] {
  return (extra[namespace] as EndpointLayers | undefined)?.exporters_override
}

/** What the endpoints with an `exporters_override` record into; null = there is none. */
export function createOverrides (
  { endpoints }: Pick<Service, 'endpoints'>,
  recording: Recording,
  exporters: Exporters,
  meter: Meter
): ReadonlyMap<Endpoint, Recording> | null {
  const overrides = new Map<Endpoint, Recording>()
  for (const endpoint of endpoints) {
    const own = overrideOf(endpoint)
    if (own === undefined) continue
    const { metric_exporters: metrics, trace_exporters: traces, trace_sample_rate: rate } = own
    const { tracing } = recording
    overrides.set(endpoint, {
      ...recording,
      ...metrics !== undefined && { meter: recordFor(meter, metrics), hasMetrics: metrics.length > 0 },
      tracing: tracing && {
        ...tracing,
        ...traces !== undefined && { spans: exporters.spansFor(traces) },
        ...rate !== undefined && { isSampled: createSampler(rate) },
        // Its traces go nowhere, but on to the backends.
        ...traces?.length === 0 && { isSampled: createSampler(0) }
      }
    })
  }
  return overrides.size === 0 ? null : overrides
}
