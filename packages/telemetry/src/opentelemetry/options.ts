/** Shapes of `telemetry/opentelemetry`: plain JSON Schemas, because loading a schema builder would cost a third of a start. */
import type { Static } from 'typebox'

export const namespace = 'telemetry/opentelemetry'

const attributes = {
  type: 'array',
  items: {
    type: 'object',
    required: ['key', 'value'],
    properties: {
      key: { type: 'string', minLength: 1, description: 'Name of the attribute.' },
      value: { type: 'string', description: 'Value of the attribute.' }
    }
  },
  description: 'Attributes that are added to every value: a list of `key` and `value`.'
} as const
const port = { type: 'integer', minimum: 0, maximum: 65535 } as const
const flag = (description: string) => ({ type: 'boolean', default: false, description }) as const
const reported = {
  report_headers: flag('Adds request and response headers to the spans. Headers with secrets are always left out.'),
  skip_headers: { type: 'array', items: { type: 'string' }, description: 'Headers that are left out of the spans.' }
} as const

const global = {
  type: 'object',
  description: 'Client requests, also those that match no endpoint.',
  properties: {
    disable_metrics: flag('Leaves out the metrics of client requests.'),
    disable_traces: flag('Leaves out the span of client requests.'),
    disable_propagation: flag('Ignores `traceparent` and `baggage` of clients, and the active span of the app: every request begins a trace of its own.'),
    semantic_convention: {
      type: 'string',
      enum: ['', '1.27'],
      default: '',
      description: 'Names of the metrics: "1.27" for `http.server.request.duration` in seconds and `http.server.response.body.size` in bytes.'
    },
    metrics_static_attributes: attributes,
    traces_static_attributes: attributes,
    ...reported
  }
} as const

const proxy = {
  type: 'object',
  description: 'Answers of endpoints.',
  properties: {
    disable_metrics: flag('Leaves out the metric of endpoints.'),
    disable_traces: flag('Leaves out the span of endpoints.'),
    metrics_static_attributes: attributes,
    traces_static_attributes: attributes,
    ...reported
  }
} as const

const backendPart = {
  disable_stage: flag('Leaves out the part of the backend with its features.'),
  round_trip: flag('Reports the call, to its response headers.'),
  read_payload: flag('Reports the reading of the response body.'),
  detailed_connection: flag('Reports how long a call waited for its connection, and what the look-up of the host and the TLS handshake took.'),
  static_attributes: attributes
} as const

const backend = {
  type: 'object',
  description: 'Answers of backends, and the calls of them.',
  properties: {
    metrics: { type: 'object', properties: backendPart, description: 'Without this object everything is reported; with it, what is true.' },
    traces: {
      type: 'object',
      properties: { ...backendPart, ...reported },
      description: 'Without this object everything is reported; with it, what is true.'
    }
  }
} as const

const exporterFlags = {
  disable_metrics: flag('Sends no metrics to this exporter.'),
  disable_traces: flag('Sends no traces to this exporter.')
} as const

const OtlpExporter = {
  type: 'object',
  required: ['name', 'host'],
  properties: {
    name: { type: 'string', minLength: 1, description: 'Name of the exporter, unique.' },
    host: {
      type: 'string',
      minLength: 1,
      description: 'Host of the collector, with `https://` in front of it for TLS; otherwise the connection is not encrypted.'
    },
    port: { ...port, default: 4317, description: 'Port of the collector.' },
    use_http: flag('Sends OTLP over HTTP instead of gRPC.'),
    custom_metric_reporting_period: { type: 'integer', minimum: 0, description: 'Seconds between two reports of metrics; 0: `metric_reporting_period`.' },
    ...exporterFlags,
    floodgate: {
      type: 'object',
      description: 'Not in KrakenD.',
      properties: {
        client: {
          type: 'object',
          description: 'Client settings of this exporter, with the keys of `backend/http/client`: TLS, forward proxy, timeouts. Default: those of the service.'
        },
        encoding: {
          type: 'string',
          enum: ['protobuf', 'json'],
          description: 'How OTLP over HTTP is written. Default: `OTEL_EXPORTER_OTLP_PROTOCOL`, or "protobuf".'
        }
      },
      additionalProperties: false
    }
  }
} as const

const PrometheusExporter = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string', minLength: 1, description: 'Name of the exporter, unique.' },
    port: { ...port, default: 9090, description: 'Port of `/metrics`; 0 takes a free one.' },
    listen_ip: { type: 'string', default: '', description: 'Address to listen on; "": all addresses.' },
    process_metrics: flag('Adds the metrics of the process: processor time, memory, start.'),
    go_metrics: flag('Adds the metrics of the runtime, here those of Node: heap and delay of the event loop.'),
    disable_metrics: flag('Does not serve this exporter.')
  }
} as const

const layers = { type: 'object', properties: { global, proxy, backend }, description: 'What is reported; everything without it.' } as const

/** Settings of the service: KrakenD page "OpenTelemetry". */
export const OpenTelemetrySettings = {
  type: 'object',
  properties: {
    service_name: { type: 'string', description: 'Name of the service. Default: the name of the configuration.' },
    service_version: { type: 'string', description: 'Version of the service. Default: the version of Floodgate.' },
    deploy_env: { type: 'string', description: 'Attribute `deployment.environment`.' },
    skip_paths: {
      type: 'array',
      items: { type: 'string' },
      description: 'Paths or endpoints that are not reported, compared exactly. Default: `/__health`, `/__debug/`, `/__echo/`, `/__stats/`; `[""]`: none.'
    },
    metric_reporting_period: { type: 'integer', minimum: 0, default: 30, description: 'Seconds between two reports of metrics over OTLP.' },
    trace_sample_rate: {
      type: 'number',
      minimum: 0,
      default: 1,
      description: 'Share of traces that are recorded, where a client does not say it; 0: none, 1 or more: all, whatever the client says.'
    },
    exporters: {
      type: 'object',
      description: 'Where metrics and traces go.',
      properties: {
        otlp: { type: 'array', items: OtlpExporter, description: 'Collectors that receive OTLP.' },
        prometheus: { type: 'array', items: PrometheusExporter, description: 'Ports that serve metrics to Prometheus.' }
      }
    },
    layers,
    histograms: {
      type: 'object',
      properties: {
        time_buckets: { type: 'array', items: { type: 'number' }, description: 'Upper bounds of durations, in seconds, ascending.' },
        size_buckets: { type: 'array', items: { type: 'number' }, description: 'Upper bounds of sizes, in bytes, ascending.' }
      },
      description: 'Bounds of the histograms.'
    }
  }
} as const
export type OpenTelemetrySettings = Static<typeof OpenTelemetrySettings>

/** Settings of an endpoint (KrakenD Enterprise): `global` adds to the service's layer, the others replace it as a whole. */
export const EndpointLayers = {
  type: 'object',
  properties: {
    global: {
      type: 'object',
      description: 'Attributes of requests to this endpoint, beside those of the service.',
      properties: { metrics_static_attributes: attributes, traces_static_attributes: attributes }
    },
    proxy,
    backend,
    exporters_override: {
      type: 'object',
      description: 'Which exporters get the data of this endpoint, by their names, in place of all.',
      properties: {
        metric_exporters: {
          type: 'array',
          items: { type: 'string' },
          description: 'Exporters that get the metrics of the endpoint and its backends; those of client requests go to all.'
        },
        trace_exporters: { type: 'array', items: { type: 'string' }, description: 'Exporters that get the traces of requests to the endpoint.' },
        metric_reporting_period: { type: 'integer', description: 'Has no effect: an exporter sends the metrics of all endpoints at once.' },
        trace_sample_rate: {
          type: 'number', minimum: 0, maximum: 1, description: 'Share of traces of the endpoint that are recorded, in place of `trace_sample_rate` of the service.'
        }
      }
    }
  }
} as const
export type EndpointLayers = Static<typeof EndpointLayers>

/** Settings of a backend, which replace the service's layer as a whole (KrakenD Enterprise). */
export const BackendLayers = { type: 'object', properties: { backend } } as const
export type BackendLayers = Static<typeof BackendLayers>

export type OtlpSettings = Static<typeof OtlpExporter>
export type PrometheusSettings = Static<typeof PrometheusExporter>
export type GlobalLayerSettings = Static<typeof global>
export type ProxyLayerSettings = Static<typeof proxy>
export type BackendLayerSettings = Static<typeof backend>
export type AttributeSettings = Static<typeof attributes>
