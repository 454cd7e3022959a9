import { originOf } from '@floodgate/config-loader'
import type { Place } from '@floodgate/core'
import { listOptions, serverTlsSchema } from '@floodgate/settings'
import { at, type Rule } from '../rule.ts'
import { plugins } from './plugins.ts'

/** Section 7 of KrakenD's audit, numbered as in version 2. */
export const deprecationRules: readonly Rule[] = [
  plugin('7.1.1', 'plugin/http-server', 'virtualhost', 'server/virtualhost'),
  plugin('7.1.2', 'plugin/http-server', 'static-filesystem', 'server/static-filesystem'),
  plugin('7.1.3', 'plugin/http-server', 'basic-auth', 'auth/basic'),
  plugin('7.1.4', 'plugin/http-server', 'wildcard', 'an endpoint that ends in "/*"'),
  plugin('7.1.5', 'plugin/http-client', 'http-proxy', 'proxy_address of backend/http/client'),
  plugin('7.1.6', 'plugin/http-client', 'static-filesystem', 'backend/static-filesystem'),
  plugin('7.1.7', 'plugin/http-client', 'no-redirect', 'no_redirect of backend/http/client'),
  plugin('7.1.8', 'plugin/req-resp-modifier', 'content-replacer', 'modifier/response-body'),
  plugin('7.1.9', 'plugin/req-resp-modifier', 'response-schema-validator', 'validation/response-json-schema'),
  component('7.2.1', 'telemetry/ganalytics'),
  component('7.2.2', 'telemetry/instana'),
  component('7.2.3', 'telemetry/opencensus'),
  component('7.2.4', 'telemetry/influx'),
  {
    id: '7.3.1',
    severity: 'MEDIUM',
    message: 'public_key and private_key are deprecated',
    remedy: 'move them to tls.keys as a pair',
    find: ({ loaded }) =>
      listOptions(serverTlsSchema).filter(({ isDeprecated }) => isDeprecated).map(({ path }): Place => ['tls', path]).filter((place) => originOf(loaded, place) !== null).slice(0, 1).map((place) => ({ place }))
  }
]

/** Returns whether a replacement is a namespace without an effect here. */
function isMissing (instead: string, implemented: ReadonlySet<string>): boolean {
  const namespace = /(?:[a-z]+\/)+[a-z-]+$/.exec(instead)?.[0]
  return namespace !== undefined && !implemented.has(namespace)
}

function plugin (id: string, namespace: Parameters<typeof plugins>[1], name: string, instead: string): Rule {
  return {
    id,
    severity: 'HIGH',
    message: `the plugin ${name} is an old name of ${instead}`,
    remedy: `use ${instead}`,
    find: ({ model, implemented }) => plugins(model, namespace, [name]).map((hit) => ({ ...hit, ...isMissing(instead, implemented) && { remedy: 'remove it: there is no replacement' } }))
  }
}

function component (id: string, namespace: string): Rule {
  return {
    id,
    severity: 'HIGH',
    message: `${namespace} is deprecated`,
    remedy: 'use telemetry/opentelemetry',
    find: ({ model, implemented }) => at(['extra_config', namespace], namespace in model.extra).map((hit) => ({ ...hit, ...isMissing('telemetry/opentelemetry', implemented) && { remedy: 'remove it; metrics are served by floodgate.metrics' } }))
  }
}
