import { createRequire } from 'node:module'
import type { FastifyServerOptions } from 'fastify'

type Factories = NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>

/**
 * Loads Fastify's compilers of JSON schemas when the first route with a schema comes. No route of the gateway itself has
 * one, and loading them is a tenth of its start; routes of features may.
 */
export const lazyCompilers: Factories = {
  buildValidator: (...args) => load<Factories['buildValidator']>('@fastify/ajv-compiler')!(...args),
  buildSerializer: (...args) => load<Factories['buildSerializer']>('@fastify/fast-json-stringify-compiler')!(...args)
}

/** The very copies that Fastify would load: its dependencies, not ours. */
function load<Factory> (name: string): Factory {
  const require = createRequire(import.meta.url)
  const select = createRequire(require.resolve('fastify'))(name) as () => Factory
  return select()
}
