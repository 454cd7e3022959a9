import type { Feature } from '@floodgate/core'
import { BackendLayers, EndpointLayers, namespace, OpenTelemetrySettings } from './options.ts'
import { createPrimaryService, workerTopic } from './primary-service.ts'

/** The feature `telemetry/opentelemetry`: metrics and traces of requests, endpoints and backends. */
export const openTelemetryFeature: Feature = {
  namespace,
  schemas: { service: OpenTelemetrySettings, endpoint: EndpointLayers, backend: BackendLayers },
  services: { [workerTopic]: createPrimaryService },
  load: async () => (await import('./feature-parts.ts')).createOpenTelemetryParts()
}
