import { embeddingOptions, type EmbeddingOptions, type ErrorAnswerOptions } from '@floodgate/engine'
import type { Clients } from '@floodgate/http-client'
import { judgeOptions, type OptionsSchema } from '@floodgate/settings'
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
    clients: { type: 'object', required: ['acquire', 'release', 'stats'], title: 'what createClients of @floodgate/http-client returns' },
    showErrorText: { type: 'boolean' },
    showInternals: { type: 'boolean' },
    semanticErrors: { type: 'boolean' }
  }
} as const satisfies OptionsSchema & { properties: Record<keyof ProxyOptions, object> }

/**
 * Checks the plugin's options, but for what is in `overrides`.
 *
 * @throws {FG_ERR_PROXY_OPTIONS} naming every option that does not fit
 */
export function parseOptions (options: object): ProxyOptions {
  const wrong = judgeOptions(schema, options)
  if (wrong.length > 0) throw new FG_ERR_PROXY_OPTIONS(wrong.join('; '))
  return options
}
