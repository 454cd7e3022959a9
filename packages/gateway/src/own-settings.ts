import type { Static } from 'typebox'
import type { Feature, Service } from '@floodgate/core'

/** Settings of the namespace `floodgate`: what we offer beyond the reference, which ignores it. */
export const OwnSettings = {
  type: 'object',
  properties: {
    semantic_errors: { type: 'boolean', default: false, description: '504 where a deadline passed and 502 where a backend failed, in place of 500' },
    show_internal_errors: { type: 'boolean', default: false, description: 'Error texts with hosts and paths of backends in them; only with `router.return_error_msg`' },
    allow_unsupported: { type: 'array', items: { type: 'string' }, description: 'What may be unsupported although it stops the start: namespaces, plugins, keys such as `auth/validator.KEY`; `*` stands for any text' },
    max_decoded_bytes: { type: 'integer', minimum: 1, default: 67_108_864, description: 'Size limit of a backend\'s answer that is decoded, in bytes; answers of the encoding `no-op` are streamed and have none' },
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

/** The namespace `floodgate` of the service; the stack reads it. */
export const ownFeature: Feature = { namespace: 'floodgate', schemas: { service: OwnSettings } }

export function ownSettings ({ extra }: Pick<Service, 'extra'>): OwnSettings {
  return extra['floodgate'] as OwnSettings | undefined ?? {}
}
