import { createRequire } from 'node:module'
import type { FastifyServerOptions } from 'fastify'

type Factories = NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>
type Factory = (...args: unknown[]) => unknown

/**
 * Loads Fastify's compilers of JSON schemas when the first route with a schema comes. No route of the gateway itself has
 * one, and loading them is a tenth of its start; routes of features may. To Fastify these compilers are custom ones, so
 * such a route writes the names of headers in its schema in lower case.
 */
export const lazyCompilers = {
  buildValidator: (...args: unknown[]) => load('@fastify/ajv-compiler')(...args),
  buildSerializer: (...args: unknown[]) => load('@fastify/fast-json-stringify-compiler')(...args)
} as Factories

/** The same copies that Fastify would load: its dependencies, not ours. */
function load (name: string): Factory {
  const require = createRequire(import.meta.url)
  const select = createRequire(require.resolve('fastify'))(name) as () => Factory
  return select()
}
