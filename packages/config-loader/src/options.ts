import { featuresOption } from '@floodgate/core'
import { checkOptions, type OptionsSchema } from '@floodgate/settings'
import { wrongOptions } from './errors.ts'
import type { LoadOptions } from './load-config.ts'

/** Options of the plugin `@floodgate/config-loader`. */
export interface ConfigLoaderOptions extends Omit<LoadOptions, 'files' | 'pause'> {
  /** Path of a configuration file, or the configuration as an object. */
  readonly config: string | object
}

const schema = {
  required: ['config'],
  properties: {
    config: { type: ['string', 'object'], minLength: 1, title: 'the path of a file or an object' },
    env: { type: 'object', title: 'an object like process.env' },
    features: featuresOption,
    allowUnsupported: { type: 'array', items: { type: 'string' }, title: 'a list of names' },
    unsupported: { type: 'string', enum: ['stop', 'skip'] },
    cwd: { type: 'string', title: 'the path of a folder' },
    debugEndpoint: { type: 'boolean' },
    text: { type: ['object', 'null'], title: 'the text of what another process has loaded, or null' }
  }
} as const satisfies OptionsSchema & { properties: Record<keyof ConfigLoaderOptions, object> }

/**
 * Checks the plugin's options.
 *
 * @throws {FG_ERR_CONFIG_OPTIONS} naming every invalid option
 */
export function parseOptions (options: Record<string, unknown>): ConfigLoaderOptions {
  const wrong = checkOptions(schema, options)
  if (wrong.length > 0) throw wrongOptions(wrong.join('; '))
  return options as unknown as ConfigLoaderOptions
}
