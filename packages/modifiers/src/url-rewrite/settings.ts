/** Shape of `url-rewrite` in `plugin/http-server`: KrakenD Enterprise page "URL Rewrite". */
import { pluginProperties } from '../plugin-settings.ts'

export const plugin = 'url-rewrite'

export const RewriteSettings = {
  type: 'object',
  properties: {
    name: pluginProperties.name,
    [plugin]: {
      type: 'object',
      description: 'Serves requests for other paths as if they were for a path of an endpoint. The query stays.',
      properties: {
        literal: {
          type: 'object',
          additionalProperties: { type: 'string', minLength: 1 },
          description: 'Paths by the exact path that is requested: `{ "/hi-there": "/hello" }`.'
        },
        regexp: {
          type: 'array',
          items: { type: 'array', items: { type: 'string' }, minItems: 2, maxItems: 2 },
          // eslint-disable-next-line no-template-curly-in-string -- as one writes it
          description: 'Pairs of an expression in Go\'s syntax (RE2) and what takes the place of its matches: `["^/hi/(\\\\w+)$", "/hello/${1}"]`. The first that matches is used, after `literal`.'
        }
      },
      additionalProperties: false
    }
  }
} as const

export interface RewriteSettings {
  readonly name?: readonly string[]
  readonly 'url-rewrite'?: {
    readonly literal?: Readonly<Record<string, string>>
    readonly regexp?: readonly (readonly [expression: string, replacement: string])[]
  }
}
