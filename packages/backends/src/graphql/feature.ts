import { readRegularFile } from '@floodgate/tls'
import type { Backend, Feature, FeatureContext, Place, Step } from '@floodgate/core'
import { createMutationBody } from './mutation.ts'
import { createQueryBody } from './query.ts'
import { sendBody } from './send-body.ts'
import { namespace, type GraphqlSettings } from './settings.ts'

/** Largest file with a query, in bytes: 1 MiB. */
const maxQueryBytes = 1024 * 1024

/** What attaches, and where. */
export const feature: Partial<Feature> = {
  backend (settings: GraphqlSettings, next: Step, backend: Backend, context: FeatureContext): Step {
    const place = [...backend.place, 'extra_config', namespace]
    const type = settings.type?.toLowerCase()
    if (type !== 'query' && type !== 'mutation') {
      context.warning([...place, 'type'], `the type ${settings.type === undefined ? 'is missing' : JSON.stringify(settings.type)}: the backend is called as if "${namespace}" was not there, as on KrakenD; write "query" or "mutation"`)
      return next
    }
    const query = readQuery(settings, place, context)
    if (query === null) return next
    const viaGet = settings.method?.toLowerCase() === 'get'
    if (viaGet) context.warning([...place, 'method'], 'with "get" neither query nor variables are sent, as on KrakenD: write "post"')
    return type === 'query'
      ? sendBody(next, viaGet, createQueryBody(query, settings))
      : sendBody(next, viaGet, createMutationBody(query, settings))
  }
}

/** The text to ask; null where there is none, which is told. */
function readQuery ({ query, query_path: path }: GraphqlSettings, place: Place, context: FeatureContext): string | null {
  if (path !== undefined && path !== '') {
    try {
      return readRegularFile(path, maxQueryBytes).toString()
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      context.problem([...place, 'query_path'], `cannot read ${JSON.stringify(path)}: ${code === 'ENOENT' ? 'there is no such file' : message}`)
      return null
    }
  }
  if (query !== undefined && query !== '') return query
  context.problem(place, 'there is no query: write it in "query", or name a file with it in "query_path"')
  return null
}
