import type { Schema } from '@floodgate/settings'
import type { OverridesByName } from './check-overrides.ts'

/** Options that every plugin has which serves a configuration. */
export interface EmbeddingOptions {
  /** Name in `app.floodgate`. Default: the prefix, otherwise the configuration's name. */
  readonly name?: string
  /** Changes to single endpoints, by `GET /users/{id}`, or `/users/{id}` for every method. */
  readonly overrides?: OverridesByName
  /** Reads certificates of `client_tls` again when their files change. Default `true`. */
  readonly watchCertificates?: boolean
}

/** Their schemas; what is in `overrides` is checked when the endpoints are known. */
export const embeddingOptions = {
  name: { type: 'string' },
  overrides: { type: 'object', title: 'an object of objects by endpoint: { "GET /path": { onResponse, … } }' },
  watchCertificates: { type: 'boolean' }
} as const satisfies Record<keyof EmbeddingOptions, Schema>
