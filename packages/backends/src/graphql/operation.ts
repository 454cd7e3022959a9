import { unmark } from '@floodgate/core'
import { writeGoJson } from '@floodgate/go/json'

/** Writes the body of a GraphQL request over HTTP, keys in the reference's order; empty ones are omitted. */
export function writeOperation (query: string, operationName: string | undefined, variables: Readonly<Record<string, unknown>>): string {
  const members = [`"query":${writeGoJson(query)}`]
  if (operationName !== undefined && operationName !== '') members.push(`"operationName":${writeGoJson(operationName)}`)
  if (Object.keys(variables).length > 0) members.push(`"variables":${unmark(writeGoJson(variables))}`)
  return `{${members.join(',')}}`
}
