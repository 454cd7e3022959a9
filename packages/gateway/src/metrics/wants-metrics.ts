import type { Service } from '@floodgate/core'
import { ownSettings } from '../own-settings.ts'

interface OpenTelemetry { readonly exporters?: { readonly prometheus?: readonly { readonly disable_metrics?: boolean }[] } }

/**
 * Whether the configuration asks for the gateway's own metrics: `floodgate.metrics`, `floodgate.status`, or a Prometheus exporter of
 * OpenTelemetry.
 */
export function wantsMetrics (model: Pick<Service, 'extra'>): boolean {
  const { metrics, status } = ownSettings(model)
  if (metrics !== undefined || status !== undefined) return true
  const { exporters } = (model.extra['telemetry/opentelemetry'] ?? {}) as OpenTelemetry
  return (exporters?.prometheus ?? []).some(({ disable_metrics: isOff }) => isOff !== true)
}
