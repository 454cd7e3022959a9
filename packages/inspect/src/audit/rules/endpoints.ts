import { requestValuesIn } from '@floodgate/core'
import { at, whole, type Rule } from '../rule.ts'

/** Section 5 of KrakenD's audit. */
export const endpointRules: readonly Rule[] = [
  {
    id: '5.1.1',
    severity: 'LOW',
    message: 'parameters may be a part of a path segment, which makes it harder to see which paths match',
    remedy: 'use a whole segment for each parameter, and remove disable_rest',
    find: ({ model }) => at(['disable_rest'], model.disableRest)
  },
  {
    id: '5.1.2',
    severity: 'LOW',
    message: '/__debug/ is served',
    remedy: 'remove debug_endpoint in production',
    find: ({ model }) => at(['debug_endpoint'], model.debugEndpoint)
  },
  {
    id: '5.1.3',
    severity: 'LOW',
    message: '/__echo/ is served: it shows all headers, including those added by proxies in front of the gateway',
    remedy: 'remove echo_endpoint in production',
    find: ({ model }) => at(['echo_endpoint'], model.echoEndpoint)
  },
  {
    id: '5.1.4',
    severity: 'LOW',
    message: 'every path below this one is passed on to the backend',
    remedy: 'declare only the endpoints that clients need',
    find: ({ model }) => model.endpoints.flatMap(({ path, place }) => at([...place, 'endpoint'], path.endsWith('*')))
  },
  {
    id: '5.1.5',
    severity: 'MEDIUM',
    message: 'every path without another endpoint is passed on to the backend of this one',
    remedy: 'declare only the endpoints that clients need',
    find: ({ model }) => model.endpoints.flatMap(({ path, place }) => at([...place, 'endpoint'], path === '/__catchall'))
  },
  {
    id: '5.1.8',
    severity: 'HIGH',
    message: 'clients choose the host that is called: headers and query parameters become part of its name',
    remedy: 'keep the domain fixed, as in "http://{input_headers.X-Tenant}.internal", or take the value from a token ({JWT.claim})',
    find: ({ model }) =>
      model.endpoints.flatMap(({ backends }) => backends.flatMap(({ hosts, place }) => at([...place, 'host'], hosts.some(isChosenByClients))))
  },
  {
    id: '5.1.6',
    severity: 'MEDIUM',
    message: 'several backends of this endpoint are called with a writing method: if one fails, the others have already written',
    remedy: 'use a writing method for one backend only',
    find: ({ model }) => model.endpoints.flatMap(({ backends, place }) => at([...place, 'backend'], backends.filter(({ method }) => method !== 'GET' && method !== 'HEAD').length > 1))
  },
  {
    id: '5.1.7',
    severity: 'MEDIUM',
    message: 'the backends are called one after the other: their durations add up, and a sequence that fails halfway is not undone',
    remedy: 'call them concurrently if none needs the response of another',
    find: ({ model }) => model.endpoints.flatMap(({ extra, place }) => at([...place, 'extra_config', 'proxy', 'sequential'], (extra['proxy'] as { sequential?: boolean } | undefined)?.sequential === true))
  },
  {
    id: '5.2.2',
    severity: 'LOW',
    message: 'each endpoint has one backend: clients have to combine responses themselves',
    remedy: 'merge responses that clients need together in one endpoint',
    find: ({ model }) => whole(model.endpoints.every(({ backends }) => backends.length === 1))
  },
  {
    id: '5.2.3',
    severity: 'LOW',
    message: 'every endpoint passes the backend\'s response on unchanged: clients depend on the backends',
    remedy: 'decode and shape responses whose details clients should not depend on',
    find: ({ model }) => whole(model.endpoints.length > 0 && model.endpoints.every(({ outputEncoding }) => outputEncoding === 'no-op'))
  }
]

/** Whether a header or query parameter is the end of a host's name, so that no fixed domain behind it limits the choice. */
function isChosenByClients (host: string): boolean {
  const [name = ''] = host.replace(/^https?:\/\//i, '').split(/[/:]/)
  return name.endsWith('}') && requestValuesIn(name).some((value) => !value.startsWith('JWT.'))
}
