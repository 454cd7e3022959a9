import type { Static } from 'typebox'
import { hostProperties } from '@floodgate/http-client'
import { defaultMaxHeldBody, type Feature, type Service } from '@floodgate/core'
import { HealthSettings } from './health/settings.ts'
import { StatusSettings } from './status/settings.ts'

const maxRequestBody = {
  type: 'integer',
  minimum: 1,
  default: defaultMaxHeldBody,
  description: 'Size limit in bytes of a request body that is held in memory: for several backends, copies (`shadow`, `concurrent_calls`), and features that read it; 413 beyond. Bodies that are streamed to one backend have no limit'
} as const

const { health: hostHealth, ...properties } = hostProperties

/** Settings of the namespace `floodgate`: additions to the reference, which ignores it. */
export const OwnSettings = {
  type: 'object',
  properties: {
    semantic_errors: {
      type: 'boolean',
      default: false,
      description: 'Answers 504 if a deadline passed and 502 if a backend failed, instead of 500'
    },
    show_internal_errors: {
      type: 'boolean',
      default: false,
      description: 'Shows error messages with hosts and paths of backends; requires `router.return_error_msg`'
    },
    allow_unsupported: {
      type: 'array',
      items: { type: 'string' },
      description: 'Unsupported settings that only cause a warning instead of preventing the start: namespaces, plugins, keys such as `auth/validator.KEY`; `*` matches any text'
    },
    max_decoded_bytes: {
      type: 'integer',
      minimum: 1,
      default: 67_108_864,
      description: 'Size limit of a backend\'s response that is decoded, in bytes; responses with the encoding `no-op` are streamed and have no limit'
    },
    max_request_body: maxRequestBody,
    ...properties,
    host_health: hostHealth,
    syslog_address: {
      type: 'string',
      minLength: 1,
      default: 'udp://127.0.0.1:514',
      description: 'Syslog server of `telemetry/logging` with `syslog`: `udp://host:port`, `tcp://host:port` or `unix:/path` of a stream socket'
    },
    health: HealthSettings,
    request_id: {
      type: 'object',
      description: 'The id of each request, in logs, traces, and, where wanted, in a header to backends',
      properties: {
        header: {
          type: 'string',
          pattern: '^[A-Za-z0-9-]+$',
          default: 'X-Request-Id',
          description: 'Header with the id'
        },
        trust: {
          type: 'boolean',
          default: true,
          description: 'Whether the header of a request gives its id, from proxies of `router.trusted_proxies` (default: all), if it has 1 to 128 letters, digits or `._~+/=:@-`; otherwise an id is made. Only the standalone server: in an app of your own the app decides'
        },
        forward: { type: 'boolean', default: false, description: 'Whether backends get the id in that header' }
      },
      additionalProperties: false
    },
    metrics: {
      type: 'object',
      description: 'Serves metrics for Prometheus at `/metrics` on a separate port, one for all workers',
      properties: {
        port: { type: 'integer', minimum: 0, maximum: 65535, description: 'Port to listen on; 0 uses a free port, which is logged' },
        listen_ip: {
          type: 'string',
          minLength: 1,
          default: '127.0.0.1',
          description: 'Address to listen on. Default: this machine only, because metrics contain the names of backends'
        }
      },
      required: ['port'],
      additionalProperties: false
    },
    status: StatusSettings
  },
  additionalProperties: false
} as const
export type OwnSettings = Static<typeof OwnSettings>

/** Settings of the namespace `floodgate` of an endpoint. */
const OwnEndpointSettings = {
  type: 'object',
  properties: { max_request_body: maxRequestBody },
  additionalProperties: false
} as const

/** The namespace `floodgate` of the service and of endpoints; the stack reads it. */
export const ownFeature: Feature = { namespace: 'floodgate', schemas: { service: OwnSettings, endpoint: OwnEndpointSettings } }

export function ownSettings ({ extra }: Pick<Service, 'extra'>): OwnSettings {
  return extra['floodgate'] as OwnSettings | undefined ?? {}
}
