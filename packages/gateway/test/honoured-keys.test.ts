import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { backendSchema, endpointSchema, serviceSchema } from '@floodgate/config-loader'
import { routerSchema } from '@floodgate/router'
import { allFeatures } from '../src/load.ts'

/** Files that say which keys there are: to be named there is not to be honoured. */
const declarations = /[/](?:settings|structure|router-settings|telemetry\/src\/options|secret-names|known-namespaces|key-advice|recognise-by-keys|guard-keys)\.ts$/

/** Keys that are told by who reads the settings, or that say something to readers and editors only. */
const told: ReadonlySet<string> = new Set(['$schema', 'secret_url', 'cypher_key'])

type Schema = { readonly [keyword: string]: any }

// A key that is accepted and does nothing is worse than one that is refused: each is used somewhere, or marked as inert
// or needless, so that whoever sets it is told.
t.test('every key of every schema is honoured or told', (t) => {
  const sources = sourcesBelow(path.resolve(import.meta.dirname, '../..')).filter((file) => !declarations.test(file)).map((file) => readFileSync(file, 'utf8')).join('\n')
  const words = new Set(sources.match(/[\w$-]+/g))
  const schemas: [string, Schema][] = [
    ['root', serviceSchema], ['endpoint', endpointSchema], ['backend', backendSchema], ['router', routerSchema],
    ...allFeatures().flatMap(({ namespace, schemas }) => Object.values(schemas).map((schema) => [namespace, schema as Schema] as [string, Schema]))
  ]
  let count = 0
  for (const [name, schema] of schemas) {
    for (const [place, key, shape] of keysOf(schema, name)) {
      count++
      t.ok(shape['inert'] !== undefined || shape['needless'] === true || told.has(key) || words.has(key), `${place} is used, or marked inert or needless`)
    }
  }
  t.ok(count > 300, `${count} keys`)
  t.end()
})

function * keysOf (schema: Schema, place: string): Generator<[string, string, Schema]> {
  for (const [key, shape] of Object.entries((schema['properties'] ?? {}) as Record<string, Schema>)) {
    yield [`${place}.${key}`, key, shape]
    yield * keysOf(shape, `${place}.${key}`)
  }
  for (const inner of [schema['items'], ...schema['anyOf'] ?? [], ...schema['oneOf'] ?? []]) if (typeof inner === 'object' && inner !== null) yield * keysOf(inner, place)
}

function sourcesBelow (packages: string): string[] {
  return readdirSync(packages).map((name) => path.join(packages, name, 'src')).filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => path.join(folder, file)))
}
