import type { Level } from './level.ts'

/**
 * What a namespace is for, and with it what happens while it cannot be honoured: it is not implemented, or it is at a
 * level where it means nothing, or its name is misspelt.
 *
 * - `guards`: may refuse a request. Prevents the start.
 * - `decides`: chooses which backend is called, or by which protocol. Prevents the start.
 * - `replaces`: changes what is sent, or hides something. Prevents the start.
 * - `shapes`: answers differ without it, and nothing is opened. A warning.
 * - `adds`: no answer depends on it. One warning for all of them.
 */
export type NamespaceClass = 'guards' | 'decides' | 'replaces' | 'shapes' | 'adds'

export interface KnownNamespace {
  readonly class: NamespaceClass
  /** Levels where it means something. */
  readonly levels: readonly Level[]
}

/**
 * Namespaces of KrakenD, Community and Enterprise, and those of our own that refuse requests. Plugins of
 * `plugin/http-server`, `plugin/middleware` and `plugin/req-resp-modifier` are checked by their names (plugin-names.ts).
 */
export const knownNamespaces: Readonly<Record<string, KnownNamespace>> = {
  'ai/llm': { class: 'decides', levels: ['backend'] },
  'ai/mcp': { class: 'decides', levels: ['service', 'endpoint'] },
  'async/amqp': { class: 'decides', levels: [] },
  'async/kafka': { class: 'decides', levels: [] },
  'auth/api-keys': { class: 'guards', levels: ['service', 'endpoint'] },
  'auth/aws-sigv4': { class: 'replaces', levels: ['backend'] },
  'auth/basic': { class: 'guards', levels: ['service', 'endpoint'] },
  'auth/client-credentials': { class: 'replaces', levels: ['backend'] },
  'auth/gcp': { class: 'replaces', levels: ['backend'] },
  'auth/ntlm': { class: 'replaces', levels: ['backend'] },
  'auth/revoker': { class: 'guards', levels: ['service'] },
  'auth/signer': { class: 'replaces', levels: ['endpoint'] },
  'auth/validator': { class: 'guards', levels: ['service', 'endpoint'] },
  'backend/amqp/consumer': { class: 'decides', levels: ['backend'] },
  'backend/amqp/producer': { class: 'decides', levels: ['backend'] },
  'backend/conditional': { class: 'decides', levels: ['backend'] },
  'backend/graphql': { class: 'decides', levels: ['backend'] },
  'backend/grpc': { class: 'decides', levels: ['backend'] },
  'backend/http': { class: 'shapes', levels: ['backend'] },
  'backend/http/client': { class: 'decides', levels: ['backend'] },
  'backend/lambda': { class: 'decides', levels: ['backend'] },
  'backend/pubsub/publisher': { class: 'decides', levels: ['backend'] },
  'backend/pubsub/publisher/kafka': { class: 'decides', levels: ['backend'] },
  'backend/pubsub/subscriber': { class: 'decides', levels: ['backend'] },
  'backend/pubsub/subscriber/kafka': { class: 'decides', levels: ['backend'] },
  'backend/soap': { class: 'decides', levels: ['backend'] },
  'backend/static-filesystem': { class: 'decides', levels: ['backend'] },
  'documentation/openapi': { class: 'adds', levels: ['service', 'endpoint'] },
  'documentation/postman': { class: 'adds', levels: ['service', 'endpoint'] },
  'governance/processors': { class: 'guards', levels: ['service'] },
  'governance/quota': { class: 'guards', levels: ['service', 'endpoint', 'backend'] },
  'floodgate.script': { class: 'guards', levels: ['service', 'endpoint', 'backend'] },
  grpc: { class: 'decides', levels: ['service'] },
  'modifier/body-generator': { class: 'replaces', levels: ['backend'] },
  'modifier/jmespath': { class: 'replaces', levels: ['endpoint', 'backend'] },
  'modifier/lua-backend': { class: 'guards', levels: ['backend'] },
  'modifier/lua-endpoint': { class: 'guards', levels: ['service', 'endpoint'] },
  'modifier/lua-proxy': { class: 'guards', levels: ['endpoint'] },
  'modifier/martian': { class: 'replaces', levels: ['backend'] },
  'modifier/request-body-extractor': { class: 'replaces', levels: ['service', 'endpoint'] },
  'modifier/request-body-extractor/early': { class: 'replaces', levels: ['endpoint'] },
  'modifier/request-body-generator': { class: 'replaces', levels: ['endpoint', 'backend'] },
  'modifier/response-body': { class: 'replaces', levels: ['endpoint', 'backend'] },
  'modifier/response-body-generator': { class: 'replaces', levels: ['endpoint', 'backend'] },
  'modifier/response-headers': { class: 'replaces', levels: ['service'] },
  'plugin/http-client': { class: 'decides', levels: ['backend'] },
  'plugin/http-server': { class: 'guards', levels: ['service'] },
  'plugin/middleware': { class: 'guards', levels: ['endpoint', 'backend'] },
  'plugin/req-resp-modifier': { class: 'guards', levels: ['endpoint', 'backend'] },
  proxy: { class: 'shapes', levels: ['endpoint', 'backend'] },
  'qos/circuit-breaker': { class: 'shapes', levels: ['backend'] },
  'qos/circuit-breaker/http': { class: 'shapes', levels: ['backend'] },
  'qos/http-cache': { class: 'shapes', levels: ['backend'] },
  'qos/ratelimit/proxy': { class: 'guards', levels: ['backend'] },
  'qos/ratelimit/router': { class: 'guards', levels: ['endpoint'] },
  'qos/ratelimit/router/redis': { class: 'guards', levels: ['endpoint'] },
  'qos/ratelimit/service': { class: 'guards', levels: ['service'] },
  'qos/ratelimit/service/redis': { class: 'guards', levels: ['service'] },
  'qos/ratelimit/tiered': { class: 'guards', levels: ['service', 'endpoint'] },
  redis: { class: 'shapes', levels: ['service'] },
  router: { class: 'shapes', levels: ['service'] },
  'security/bot-detector': { class: 'guards', levels: ['service', 'endpoint'] },
  'security/cors': { class: 'guards', levels: ['service', 'endpoint'] },
  'security/http': { class: 'guards', levels: ['service', 'endpoint'] },
  'security/policies': { class: 'guards', levels: ['endpoint', 'backend'] },
  'server/static-filesystem': { class: 'shapes', levels: ['service'] },
  'server/virtualhost': { class: 'decides', levels: ['service'] },
  'telemetry/ganalytics': { class: 'adds', levels: ['service'] },
  'telemetry/gelf': { class: 'adds', levels: ['service'] },
  'telemetry/influx': { class: 'adds', levels: ['service'] },
  'telemetry/instana': { class: 'adds', levels: ['service'] },
  'telemetry/logging': { class: 'adds', levels: ['service', 'backend'] },
  'telemetry/logstash': { class: 'adds', levels: ['service'] },
  'telemetry/metrics': { class: 'adds', levels: ['service'] },
  'telemetry/moesif': { class: 'adds', levels: ['service'] },
  'telemetry/newrelic': { class: 'adds', levels: ['service'] },
  'telemetry/opencensus': { class: 'adds', levels: ['service'] },
  'telemetry/opentelemetry': { class: 'adds', levels: ['service', 'endpoint', 'backend'] },
  'telemetry/opentelemetry-security': { class: 'adds', levels: ['service'] },
  'validation/cel': { class: 'guards', levels: ['endpoint', 'backend'] },
  'validation/json-schema': { class: 'guards', levels: ['endpoint'] },
  'validation/response-json-schema': { class: 'guards', levels: ['endpoint', 'backend'] },
  websocket: { class: 'decides', levels: ['endpoint'] },
  workflow: { class: 'decides', levels: ['backend'] }
}
