import type { CoreRequest } from '@floodgate/core'
import { writeOperation } from './operation.ts'
import type { GraphqlSettings } from './settings.ts'

/** Creates the body of a query. */
export type QueryBody = (request: CoreRequest) => Buffer

const PARAMETER = /^\{(.*)\}$/s

/**
 * Prepares the body of a query. A variable that consists only of `{name}` is replaced by the endpoint's parameter with
 * that name, as a string, or by ""; placeholders inside longer strings, lists and objects are not replaced
 * (krakend-graphql).
 */
export function createQueryBody (query: string, { operationName, variables }: GraphqlSettings): QueryBody {
  const fixed = Object.entries(variables ?? {})
  const open = fixed.flatMap(([name, value]) => {
    const parameter = typeof value === 'string' ? PARAMETER.exec(value)?.[1] : undefined
    return parameter === undefined ? [] : [[name, parameter] as const]
  })
  if (open.length === 0) {
    const body = Buffer.from(writeOperation(query, operationName, Object.fromEntries(fixed)))
    return () => body
  }
  return ({ params }) => {
    const filled = Object.fromEntries([...fixed, ...open.map(([name, parameter]) => [name, parameterOf(params, parameter)])])
    return Buffer.from(writeOperation(query, operationName, filled))
  }
}

/** The reference looks parameters up with their first letter in upper case, so that `{Id}` is `{id}`. */
function parameterOf (params: Readonly<Record<string, string>>, name: string): string {
  if (Object.hasOwn(params, name)) return params[name]!
  const first = name.charAt(0)
  const other = (first === first.toUpperCase() ? first.toLowerCase() : first.toUpperCase()) + name.slice(1)
  return Object.hasOwn(params, other) ? params[other]! : ''
}
