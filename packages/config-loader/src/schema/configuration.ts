import type { ClientTlsOptions, HttpClientOptions } from '@floodgate/http-client'
import type { Static } from 'typebox'
import type { routerSchema, VirtualHostSettings } from '@floodgate/router'
import type { BackendKeys, EndpointKeys, ServiceKeys } from '@floodgate/settings'

/** Settings of namespaces at each level of a configuration. */
export interface NamespacesByLevel {
  readonly service: object
  readonly endpoint: object
  readonly backend: object
}

/** The namespaces that this package implements itself. */
export interface LoaderNamespaces {
  readonly service: { readonly router?: Static<typeof routerSchema>, readonly 'server/virtualhost'?: VirtualHostSettings }
  readonly endpoint: object
  readonly backend: { readonly 'backend/http/client'?: HttpClientOptions }
}

/**
 * A configuration as an object: the type of the loader's schemas. Unknown keys are compile errors, except comments and
 * namespaces. Values of a fixed set are suggested, but any string is accepted, so that an imported JSON file has this
 * type.
 */
export type Configuration<Namespaces extends NamespacesByLevel = LoaderNamespaces> = Loose<Omit<ServiceKeys,
  | 'version'
  | 'endpoints'
  | 'extra_config'
  | 'client_tls'>> & {
  /** Version of the format: 3. */
    version: number
    client_tls?: Loose<ClientTlsOptions>
    endpoints?: readonly EndpointConfiguration<Namespaces>[]
    extra_config?: ExtraConfiguration<Namespaces['service']>
  }

export type EndpointConfiguration<Namespaces extends NamespacesByLevel = LoaderNamespaces> = Loose<Omit<EndpointKeys,
  | 'endpoint'
  | 'backend'
  | 'extra_config'>> & {
    endpoint: string
    backend: readonly BackendConfiguration<Namespaces>[]
    extra_config?: ExtraConfiguration<Namespaces['endpoint']>
  }

export type BackendConfiguration<Namespaces extends NamespacesByLevel = LoaderNamespaces> = Loose<Omit<BackendKeys, 'extra_config'>> & {
  extra_config?: ExtraConfiguration<Namespaces['backend']>
}

/** Components by namespace: known ones are typed, others are not. */
export type ExtraConfiguration<Known extends object> = { readonly [Name in keyof Known]?: Loose<Known[Name]> | undefined } & {
  readonly [namespace: string]: unknown
}

/** A shape whose fixed values are suggestions, whose lists may be readonly, and whose objects accept comments. */
export type Loose<T> = T extends string
  ? string extends T ? string : T | (string & {})
  : T extends readonly (infer Item)[]
    ? readonly Loose<Item>[]
    : T extends object
      ? [keyof Named<T>] extends [never]
          ? { readonly [Key in keyof T]: Loose<T[Key]> }
          : Comments & { readonly [Key in keyof Named<T>]: Loose<T[Key]> }
      : T

/** The named keys; the pattern of comments adds an index signature for all keys. */
type Named<T> = { [Key in keyof T as string extends Key ? never : Key]: T[Key] }

/** The usual comments. Any key may start with `@`, `$`, `_` or `#`; in code, a comment of the language does as well. */
export interface Comments {
  readonly '@comment'?: unknown
  readonly $comment?: unknown
  readonly _comment?: unknown
  readonly '#comment'?: unknown
}
