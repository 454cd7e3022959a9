/** Namespaces of `extra_config` that only KrakenD Enterprise uses: KrakenD Community ignores them silently. */
const namespaces: ReadonlySet<string> = new Set([
  'ai/llm', 'ai/mcp', 'async/kafka', 'auth/api-keys', 'auth/aws-sigv4', 'auth/basic', 'auth/gcp', 'auth/ntlm', 'backend/conditional', 'backend/grpc', 'backend/http/client',
  'backend/pubsub/publisher/kafka', 'backend/pubsub/subscriber/kafka', 'backend/soap', 'backend/static-filesystem', 'documentation/openapi', 'documentation/postman',
  'governance/processors', 'governance/quota', 'grpc', 'modifier/body-generator', 'modifier/jmespath', 'modifier/request-body-extractor', 'modifier/request-body-extractor/early',
  'modifier/request-body-generator', 'modifier/response-body', 'modifier/response-body-generator', 'modifier/response-headers', 'plugin/middleware', 'qos/circuit-breaker/http',
  'qos/ratelimit/router/redis', 'qos/ratelimit/service', 'qos/ratelimit/service/redis', 'qos/ratelimit/tiered', 'redis', 'security/policies', 'server/static-filesystem',
  'server/virtualhost', 'telemetry/instana', 'telemetry/moesif', 'telemetry/newrelic', 'telemetry/opentelemetry-security', 'validation/response-json-schema', 'websocket', 'workflow'
])

/** Plugins included in KrakenD Enterprise; all other names are custom plugins. */
const plugins: ReadonlySet<string> = new Set([
  'basic-auth', 'content-replacer', 'geoip', 'http-logger', 'http-proxy', 'ip-filter', 'jwk-aggregator', 'no-redirect', 'redis-ratelimit', 'response-schema-validator', 'static-filesystem',
  'url-rewrite', 'virtualhost', 'wildcard'
])

/** Returns whether only KrakenD Enterprise uses a namespace. */
export function isEnterpriseNamespace (name: string): boolean {
  return namespaces.has(name)
}

/** Returns the beginning of a message about a plugin: of KrakenD Enterprise, or a custom one. */
export function describePlugin (name: string): string {
  return `the plugin ${JSON.stringify(name)}${plugins.has(name) ? ' of KrakenD Enterprise' : ''} is not implemented by this gateway`
}

const dynamic = /^(?:input_body|input_params)\./i

/** Whether a placeholder looks like dynamic routing, but takes what no address can: `{input_body.tenant}`. */
export function isDynamicPlaceholder (name: string): boolean {
  return dynamic.test(name)
}
