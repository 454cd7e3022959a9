import type { ExtraConfig } from '@floodgate/core'
import type { Difference } from './difference.ts'

interface OpenTelemetry {
  readonly trace_sample_rate?: number
  readonly layers?: { readonly proxy?: object }
  readonly exporters?: {
    readonly otlp?: readonly { readonly use_http?: boolean }[]
    readonly prometheus?: readonly { readonly listen_ip?: string }[]
  }
}

function openTelemetryOf (extra: ExtraConfig): OpenTelemetry | undefined {
  return extra['telemetry/opentelemetry'] as OpenTelemetry | undefined
}

/** Those of metrics and traces. */
export const telemetryDifferences: readonly Difference[] = [
  {
    id: 'sample-rate-zero',
    text: '`trace_sample_rate` 0 records no trace; KrakenD records all.',
    keys: ['telemetry/opentelemetry'],
    service: ({ extra }) => openTelemetryOf(extra)?.trace_sample_rate === 0
  },
  {
    id: 'unrecorded-traces',
    text: 'Backends get `traceparent` and `baggage` of traces that are not recorded too; on KrakenD these end at the gateway.',
    keys: ['telemetry/opentelemetry'],
    service: ({ extra }) => (openTelemetryOf(extra)?.trace_sample_rate ?? 1) < 1
  },
  {
    id: 'propagators',
    text: '`OTEL_PROPAGATORS` chooses the headers of traces that are read and sent; KrakenD always uses both.',
    keys: ['telemetry/opentelemetry'],
    backend: ({ loaded: { model }, env }) => Boolean(env['OTEL_PROPAGATORS']) && openTelemetryOf(model.extra) !== undefined
  },
  {
    id: 'otlp-json',
    text: '`OTEL_EXPORTER_OTLP_PROTOCOL` `http/json` makes exporters with `use_http` write JSON; KrakenD always writes protobuf.',
    keys: ['telemetry/opentelemetry'],
    backend: ({ loaded: { model }, env }) => {
      const asked = ['', 'TRACES_', 'METRICS_'].some((signal) => env[`OTEL_EXPORTER_OTLP_${signal}PROTOCOL`]?.trim() === 'http/json')
      return asked && openTelemetryOf(model.extra)?.exporters?.otlp?.some(({ use_http: isHttp }) => isHttp === true) === true
    }
  },
  {
    id: 'prometheus-address',
    text: '`listen_ip` of a Prometheus exporter is used; KrakenD listens on all addresses.',
    keys: ['telemetry/opentelemetry'],
    service: ({ extra }) => openTelemetryOf(extra)?.exporters?.prometheus?.some(({ listen_ip: address }) => Boolean(address)) === true
  },
  {
    id: 'backend-queries',
    text: 'Metrics, spans and error texts name a `url_pattern` without its query, which may carry a secret; KrakenD writes it.',
    keys: ['telemetry/opentelemetry'],
    backend: ({ backend: { urlPattern } }) => urlPattern.includes('?')
  },
  {
    id: 'server-port',
    text: '`server.port` of the metrics of calls is the port of the backend; KrakenD always reports 80.',
    keys: ['telemetry/opentelemetry'],
    service: ({ extra }) => openTelemetryOf(extra) !== undefined
  },
  {
    // krakend-otel, state/config.go, EndpointPipeOpts.
    id: 'endpoint-without-proxy-layer',
    text: 'An endpoint with `telemetry/opentelemetry` but without `proxy` in it has the `proxy` layer of the service; on KrakenD it has the defaults.',
    keys: ['telemetry/opentelemetry'],
    endpoint: ({ extra }, model) => {
      const own = extra['telemetry/opentelemetry'] as { readonly proxy?: object } | undefined
      return own !== undefined && own.proxy === undefined && openTelemetryOf(model.extra)?.layers?.proxy !== undefined
    }
  }
]
