import { resolve } from 'node:path'
import { readRegularFile } from '@floodgate/tls'
import type { Backend, Feature, FeatureContext, Place, Step } from '@floodgate/core'
import { createMutationBody } from './mutation.ts'
import { createQueryBody } from './query.ts'
import { sendBody } from './send-body.ts'
import { namespace, type GraphqlSettings } from './settings.ts'

/** Largest file with a query, in bytes: 1 MiB. */
const maxQueryBytes = 1024 * 1024

/** The points where this feature attaches. */
export const feature: Partial<Feature> = {
  backend (settings: GraphqlSettings, next: Step, backend: Backend, context: FeatureContext): Step {
    const place = [...backend.place, 'extra_config', namespace]
    const type = settings.type?.toLowerCase()
    if (type !== 'query' && type !== 'mutation') {
      context.warning(
        [...place, 'type'],
        `the type ${settings.type === undefined ? 'is missing' : JSON.stringify(settings.type)}, so "${namespace}" has no effect, as on KrakenD: write "query" or "mutation"`
      )
      return next
    }
    const query = readQuery(settings, place, context)
    if (query === null) return next
    const viaGet = settings.method?.toLowerCase() === 'get'
    if (viaGet) {
      context.warning([...place, 'method'], 'with "get" neither the query nor the variables are sent, as on KrakenD: write "post"')
    }
    return type === 'query'
      ? sendBody(next, viaGet, createQueryBody(query, settings))
      : sendBody(next, viaGet, createMutationBody(query, settings))
  }
}

/** Returns the query; null if there is none, which is reported. */
function readQuery ({ query, query_path: path }: GraphqlSettings, place: Place, context: FeatureContext): string | null {
  if (path !== undefined && path !== '') {
    context.reads(resolve(path))
    try {
      return readRegularFile(path, maxQueryBytes).toString()
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      context.problem(
        [...place, 'query_path'],
        `cannot read ${JSON.stringify(path)}: ${code === 'ENOENT' ? 'there is no such file' : message}`
      )
      return null
    }
  }
  if (query !== undefined && query !== '') return query
  context.problem(place, 'the query is missing: write it in "query", or name a file in "query_path"')
  return null
}
