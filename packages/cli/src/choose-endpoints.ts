import type { LoadedConfig } from '@floodgate/config-loader'
import type { Endpoint } from '@floodgate/core'
import { findEndpoints, nameEndpoint } from '@floodgate/inspect/explain'
import type { Terminal } from './terminal.ts'

/** Number of endpoints that are listed if none matches. */
const listed = 10

/** Finds the endpoints that an argument names, all without an argument; null if there is none, which is reported. */
export function chooseEndpoints ({ model }: LoadedConfig, text: string | undefined, { err }: Terminal): readonly Endpoint[] | null {
  const endpoints = text === undefined ? model.endpoints : findEndpoints(model, text)
  if (endpoints.length > 0 || text === undefined) return endpoints
  const names = model.endpoints.slice(0, listed).map(nameEndpoint).join(', ')
  err(
    `floodgate: the configuration has no endpoint ${JSON.stringify(text)}: use ${names}${model.endpoints.length > listed ? ` and ${model.endpoints.length - listed} more` : ''}\n`
  )
  return null
}
