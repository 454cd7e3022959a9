import { canonicalHeaders, claimsOf, goParams, pathOf, peekData, type CoreRequest, type StepResponse } from '@floodgate/core'
import { claimsForCel, documentForCel } from './json-value.ts'

/** Types of the variables that an expression may use: KrakenD pages "CEL" and "Security Policies language and syntax". */
export const variables = {
  now: 'string',
  req_method: 'string',
  req_path: 'string',
  req_params: 'map<string, string>',
  req_headers: 'map<string, list<string>>',
  req_querystring: 'map<string, list<string>>',
  resp_completed: 'bool',
  resp_metadata_status: 'int',
  resp_metadata_headers: 'map<string, list<string>>',
  resp_data: 'map<string, dyn>',
  JWT: 'map<string, dyn>'
} as const

export type Variable = keyof typeof variables

/** The input of an expression. */
export interface Scene {
  readonly request: CoreRequest
  readonly response: StepResponse | null
}

type Read = (scene: Scene) => unknown

const readers: Readonly<Record<Variable, Read>> = {
  now: () => new Date().toISOString().replace(/\.\d+/, ''),
  req_method: ({ request }) => request.method,
  req_path: ({ request }) => pathOf(request),
  req_params: ({ request }) => goParams(request.params),
  req_headers: ({ request }) => canonicalHeaders(request.headers),
  req_querystring: ({ request }) => request.query ?? {},
  resp_completed: ({ response }) => response?.complete ?? false,
  resp_metadata_status: ({ response }) => BigInt(response?.status ?? 0),
  resp_metadata_headers: ({ response }) => canonicalHeaders(response?.headers ?? {}),
  resp_data: ({ response }) => response === null ? {} : documentForCel(peekData(response) ?? {}),
  JWT: ({ request }) => claimsForCel(claimsOf(request.incoming) ?? {})
}

/** Finds the variables that an expression uses. */
export function variablesIn (expression: string): Variable[] {
  return (Object.keys(variables) as Variable[]).filter((name) => new RegExp(`\\b${name}\\b`).test(expression))
}

/** Creates the function that reads only these variables from a request. */
export function createActivation (names: Iterable<Variable>): (scene: Scene) => Record<string, unknown> {
  const reads = [...new Set(names)].map((name) => [name, readers[name]] as const)
  return function activate (scene) {
    const values: Record<string, unknown> = {}
    for (const [name, read] of reads) values[name] = read(scene)
    return values
  }
}
