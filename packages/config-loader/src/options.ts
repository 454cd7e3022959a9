import type { LoadOptions } from './load-config.ts'
import { wrongOptions } from './errors.ts'
import { isObject } from '@floodgate/settings'

/** Options of the plugin `@floodgate/config-loader`. */
export interface ConfigLoaderOptions extends LoadOptions {
  /** Path of a configuration file, or the configuration as an object. */
  readonly config: string | object
}

/** What Fastify itself puts among the options of a plugin. */
const fastifys = ['prefix', 'logLevel', 'logSerializers']

const checks: Readonly<Record<string, { readonly expected: string, readonly fits: (value: unknown) => boolean }>> = {
  config: { expected: 'the path of a file or an object', fits: (value) => (typeof value === 'string' && value !== '') || isObject(value) },
  env: { expected: 'an object like process.env', fits: isObject },
  features: { expected: 'a list of features', fits: (value) => Array.isArray(value) && value.every((item) => isObject(item) && typeof item['namespace'] === 'string' && isObject(item['schemas'])) },
  allowUnsupported: { expected: 'a list of names', fits: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string') },
  unsupported: { expected: '"stop" or "skip"', fits: (value) => value === 'stop' || value === 'skip' },
  cwd: { expected: 'the path of a folder', fits: (value) => typeof value === 'string' }
}

/**
 * Checks the plugin's options.
 *
 * @throws {FG_ERR_CONFIG_OPTIONS} naming every option that does not fit
 */
export function parseOptions (options: Record<string, unknown>): ConfigLoaderOptions {
  const wrong = Object.entries(options).flatMap(([key, value]) => {
    if (fastifys.includes(key) || value === undefined) return []
    const check = Object.hasOwn(checks, key) ? checks[key] : undefined
    if (check === undefined) return [`there is no option "${key}": the options are ${Object.keys(checks).join(', ')}`]
    return check.fits(value) ? [] : [`"${key}" must be ${check.expected}`]
  })
  if (options['config'] === undefined) wrong.push('"config" is missing: pass the path of a configuration file, or the configuration as an object')
  if (wrong.length > 0) throw wrongOptions(wrong.join('; '))
  return options as unknown as ConfigLoaderOptions
}
