import { featuresOption, type Feature, type Workers } from '@floodgate/core'
import type { LoadedConfig } from '@floodgate/config-loader'
import { embeddingOptions, type EmbeddingOptions } from '@floodgate/engine'
import { checkOptions, type OptionsSchema } from '@floodgate/settings'
import type { Configuration } from './configuration.ts'
import { wrongOptions } from './errors.ts'

/** Options of the gateway plugin. */
export interface GatewayOptions extends EmbeddingOptions {
  /** Path of a configuration file, the configuration as an object, or what `loadConfiguration` made of one. */
  readonly config: string | Configuration | LoadedConfig
  /** Path in front of every endpoint. Default: none. */
  readonly prefix?: string
  /** Features of your own, beside the built-in ones. */
  readonly features?: readonly Feature[]
  /**
   * Who answers requests that match no route: `gateway` with the configuration's 404, 405 and redirects, `host` with
   * the app's own handler. Default: `gateway` under a prefix, `host` without one.
   */
  readonly notFound?: 'gateway' | 'host'
  /**
   * Unsupported settings that only cause a warning instead of preventing the start: namespaces, plugins, keys such as
   * `auth/validator.KEY`; `*` matches any text.
   */
  readonly allowUnsupported?: readonly string[]
  /**
   * `skip`: endpoints with unsupported settings answer 501, and the others are served. Default: `stop`, which prevents
   * the start.
   */
  readonly unsupported?: 'stop' | 'skip'
  /** Where `KRAKEND_*` and proxy variables come from. Default: `process.env`. */
  readonly env?: NodeJS.ProcessEnv
  /** How long closing waits for calls to backends, in ms, before it cuts them. Default 10,000. */
  readonly closeTimeout?: number
  /** The other processes of this gateway, as `serve` gives them. Default: none. */
  readonly workers?: Workers | null
  /** `false`: serves no metrics, even where `floodgate.metrics` is configured. Default `true`. */
  readonly metrics?: boolean
  /**
   * Whether `app.floodgate.get(name).reload(config)` can replace the configuration. One route for all paths stands in place of
   * one per endpoint then. Default `false`.
   */
  readonly reloadable?: boolean
  /** Replaces the configuration when a file changes that it was read from; for a path, with `reloadable`. Default `false`. */
  readonly watch?: boolean
}

const schema = {
  required: ['config'],
  properties: {
    config: { type: ['string', 'object'], minLength: 1, title: 'the path of a file, an object, or what loadConfiguration returned' },
    ...embeddingOptions,
    prefix: { type: 'string' },
    features: featuresOption,
    notFound: { type: 'string', enum: ['gateway', 'host'], title: '"gateway" or "host"' },
    allowUnsupported: { type: 'array', items: { type: 'string' }, title: 'a list of texts' },
    unsupported: { type: 'string', enum: ['stop', 'skip'], title: '"stop" or "skip"' },
    env: { type: 'object', title: 'an object like process.env' },
    closeTimeout: { type: 'number', minimum: 0, title: 'a number of ms, 0 or more' },
    workers: { type: ['object', 'null'], title: 'what `serve` passes, or null' },
    metrics: { type: 'boolean' },
    reloadable: { type: 'boolean' },
    watch: { type: 'boolean' }
  }
} as const satisfies OptionsSchema & { properties: Record<keyof GatewayOptions, object> }

/**
 * Checks the plugin's options, but for what stands in `overrides`.
 *
 * @throws {FG_ERR_GATEWAY_OPTIONS} naming every option that does not fit
 */
export function parseOptions (options: object): GatewayOptions {
  const wrong = checkOptions(schema, options)
  if (wrong.length === 0) wrong.push(...checkReload(options as GatewayOptions))
  if (wrong.length > 0) throw wrongOptions(wrong)
  return options as GatewayOptions
}

function checkReload ({ config, reloadable = false, watch = false, overrides = {} }: GatewayOptions): string[] {
  if (watch && !reloadable) return ['"watch" needs "reloadable": true']
  if (watch && typeof config !== 'string') return ['"watch" needs a path as "config": it reads the file again']
  if (!reloadable) return []
  return Object.entries(overrides).filter(([, changes]) => changes?.schema !== undefined).map(([name]) =>
    `"overrides" of "${name}": "schema" has no effect with "reloadable": @fastify/swagger sees one route for all paths, and not the endpoints`)
}

/** Whether a configuration is the result of `loadConfiguration`. */
export function isLoaded (config: GatewayOptions['config']): config is LoadedConfig {
  return typeof config === 'object' && 'model' in config && 'problems' in config
}
