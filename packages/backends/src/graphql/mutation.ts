import { holdBody, parseExact, type CoreRequest } from '@floodgate/core'
import { brokenBody, variablesFault } from '../errors.ts'
import { writeOperation } from './operation.ts'
import type { GraphqlSettings } from './settings.ts'

/**
 * Creates the body of a mutation from the client's body. Throws or rejects with a Fault if that is not an object.
 */
export type MutationBody = (request: CoreRequest) => Promise<Buffer>

/**
 * Prepares the body of a mutation: the client's object becomes the variables, and the configured ones are added
 * unchanged if it does not have them (krakend-graphql).
 */
export function createMutationBody (query: string, { operationName, variables }: GraphqlSettings): MutationBody {
  const configured = variables ?? {}
  return async function mutationBody (request) {
    await holdBody(request, brokenBody)
    const filled = { ...configured, ...readObject(request.body as Buffer | null) }
    try {
      return Buffer.from(writeOperation(query, operationName, filled))
    } catch (error) {
      // The writer is recursive.
      throw variablesFault('the request body is nested too deeply', error)
    }
  }
}

function readObject (body: Buffer | null): Record<string, unknown> {
  if (body === null) throw variablesFault('unexpected end of JSON input')
  let value: unknown
  try {
    value = parseExact(body)
  } catch (error) {
    throw variablesFault('the request body is not JSON', error)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw variablesFault(`json: cannot unmarshal ${kindOf(value)} into Go value of type map[string]interface {}`)
  }
  return value as Record<string, unknown>
}

function kindOf (value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : value === null ? 'null' : typeof value
}
