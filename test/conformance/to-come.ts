/** Suites that ask for what is not here yet, by name, with what they need. Take a suite out when it passes. */
export const toCome: Readonly<Record<string, string>> = {
  'json-schema': 'validation/json-schema',
  'json-schema-texts': 'validation/json-schema',
  'lua-endpoint': 'modifier/lua-endpoint',
  'lua-proxy': 'modifier/lua-proxy',
  'lua-tables': 'modifier/lua-*',
  'module-order': 'modifier/lua-* and validation/json-schema',
  'telemetry-metrics': 'telemetry/metrics',
}
