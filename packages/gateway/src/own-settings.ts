import type { Static } from 'typebox'
import { defaultMaxHeldBody, type Feature, type Service } from '@floodgate/core'

const maxRequestBody = { type: 'integer', minimum: 1, default: defaultMaxHeldBody, description: 'Size limit in bytes of a request body where it is held: for several backends, copies (`shadow`, `concurrent_calls`), and features that read it; 413 beyond. Bodies that stream to one backend have none' } as const

/** Settings of the namespace `floodgate`: what we offer beyond the reference, which ignores it. */
export const OwnSettings = {
  type: 'object',
  properties: {
    semantic_errors: { type: 'boolean', default: false, description: '504 where a deadline passed and 502 where a backend failed, in place of 500' },
    show_internal_errors: { type: 'boolean', default: false, description: 'Error texts with hosts and paths of backends in them; only with `router.return_error_msg`' },
    allow_unsupported: { type: 'array', items: { type: 'string' }, description: 'What may be unsupported although it stops the start: namespaces, plugins, keys such as `auth/validator.KEY`; `*` stands for any text' },
    max_decoded_bytes: { type: 'integer', minimum: 1, default: 67_108_864, description: 'Size limit of a backend\'s answer that is decoded, in bytes; answers of the encoding `no-op` are streamed and have none' },
    max_request_body: maxRequestBody,
    metrics: {
      type: 'object',
      description: 'Serves metrics for Prometheus at `/metrics`, on a port of their own; with workers each has one, counted up from this',
      properties: {
        port: { type: 'integer', minimum: 0, maximum: 65535, description: 'Port to listen on; 0 takes a free one, told in the log' },
        listen_ip: { type: 'string', minLength: 1, default: '127.0.0.1', description: 'Address to listen on: metrics name backends, so nobody else can ask by default' }
      },
      required: ['port'],
      additionalProperties: false
    }
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
