import { formatPlace } from '../place.ts'
import { suggestName } from '../words/did-you-mean.ts'
import { checkValue } from './check-value.ts'
import type { Schema } from './schema.ts'

/** The schema of a plugin's options. `title` says in words what an option must be: `a list of features`. */
export interface OptionsSchema {
  readonly properties: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
}

/** Options of a plugin that Fastify itself uses. */
const fastifys: ReadonlySet<string> = new Set(['prefix', 'logLevel', 'logSerializers'])

/**
 * Lists what is wrong with the options of a plugin, a sentence each: unknown names, missing ones, values that do not
 * fit. Undefined counts as absent.
 */
export function checkOptions ({ properties, required = [] }: OptionsSchema, options: object): string[] {
  const given = Object.fromEntries(
    Object.entries(options).filter(([name, value]) => value !== undefined && (Object.hasOwn(properties, name) || !fastifys.has(name)))
  )
  const wrong = new Set<string>()
  // Options are code, not configuration: of their values nothing is secret but what any text could hold.
  checkValue({ properties, required, additionalProperties: false }, given, ['floodgate'], ({ code, place, message, instead }) => {
    const [name = '', ...steps] = place.slice(1).map(String)
    const schema = Object.hasOwn(properties, name) ? properties[name] : undefined
    const what = code === 'missing-key' && steps.length === 0 ? 'is missing: pass' : 'must be'
    if (schema === undefined) wrong.add(`"${name}" is not a known option: ${suggestName(name, Object.keys(properties))}`)
    else if (schema.title !== undefined) wrong.add(`"${name}" ${what} ${schema.title}`)
    else wrong.add(`"${formatPlace(place.slice(1))}" ${message}${instead == null ? '' : `: ${instead}`}`)
  }, false)
  return [...wrong]
}
