import { embeddingOptions, errorAnswerOptions, type EmbeddingOptions, type ErrorAnswerOptions } from '@floodgate/engine'
import type { Clients } from '@floodgate/http-client'
import { checkOptions, type OptionsSchema } from '@floodgate/settings'
import { FG_ERR_PROXY_OPTIONS } from './errors.ts'

/**
 * Options of the plugin `@floodgate/proxy`. `showErrorText` is by default what the configuration says
 * (`router.return_error_msg`).
 */
export interface ProxyOptions extends EmbeddingOptions, ErrorAnswerOptions {
  /** HTTP clients to use; the code that created them closes them. Default: own ones, closed with the app. */
  readonly clients?: Clients
}

const schema = {
  properties: {
    ...embeddingOptions,
    clients: {
      type: 'object',
      required: ['acquire', 'release', 'stats', 'eject', 'restore'],
      title: 'what createClients of @floodgate/http-client returns'
    },
    ...errorAnswerOptions
  }
} as const satisfies OptionsSchema & { properties: Record<keyof ProxyOptions, object> }

export interface ReplyFromBackendOptions {
  /** Endpoint of the configuration whose backend is called: `GET /path`, or `/path`. */
  readonly endpoint: string
  /** Position of the backend in the endpoint, from 0. Default 0. */
  readonly backend?: number
  /** ms until a call ends, body included; 0 = no limit. Default: the endpoint's `timeout`. */
  readonly timeout?: number
  /** Name in `app.floodgate` of the configuration. Default: the first one. */
  readonly gateway?: string
}

const replyFromSchema = {
  required: ['endpoint'],
  properties: {
    endpoint: { type: 'string', title: 'an endpoint of the configuration: "GET /path", or "/path"' },
    backend: { type: 'integer', minimum: 0, title: 'the position of a backend in the endpoint, from 0' },
    timeout: { type: 'number', minimum: 0, title: 'a number of ms, 0 or more' },
    gateway: { type: 'string', title: 'a name in app.floodgate' }
  }
} as const satisfies OptionsSchema & { properties: Record<keyof ReplyFromBackendOptions, object> }

/**
 * Checks the options of the plugin, but for what is in `overrides`.
 *
 * @throws {FG_ERR_PROXY_OPTIONS} naming every option that does not fit
 */
export const parseOptions = (options: object): ProxyOptions => parse('@floodgate/proxy', schema, options)

/** The same for `replyFromBackend`. */
export const parseReplyFromOptions = (options: object): ReplyFromBackendOptions =>
  parse('replyFromBackend of @floodgate/proxy', replyFromSchema, options) as ReplyFromBackendOptions

function parse (plugin: string, schema: OptionsSchema, options: object): object {
  const wrong = checkOptions(schema, options)
  if (wrong.length > 0) throw new FG_ERR_PROXY_OPTIONS(plugin, wrong.join('; '))
  return options
}
