import { requestValuesIn } from '@floodgate/core'
import { at, whole, type Rule } from '../rule.ts'

/** Section 5 of KrakenD's audit. */
export const endpointRules: readonly Rule[] = [
  {
    id: '5.1.1',
    severity: 'LOW',
    message: 'parameters may stand anywhere in a path: what matches is harder to see',
    remedy: 'give each parameter a segment of its own, and remove disable_rest',
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
    message: '/__echo/ is served: it shows the headers that something in front of the gateway adds',
    remedy: 'remove echo_endpoint in production',
    find: ({ model }) => at(['echo_endpoint'], model.echoEndpoint)
  },
  {
    id: '5.1.4',
    severity: 'LOW',
    message: 'everything below this path reaches the backend',
    remedy: 'declare the endpoints that clients need',
    find: ({ model }) => model.endpoints.flatMap(({ path, place }) => at([...place, 'endpoint'], path.endsWith('*')))
  },
  {
    id: '5.1.5',
    severity: 'MEDIUM',
    message: 'whatever matches no other endpoint reaches the backend of this one',
    remedy: 'declare the endpoints that clients need',
    find: ({ model }) => model.endpoints.flatMap(({ path, place }) => at([...place, 'endpoint'], path === '/__catchall'))
  },
  {
    id: '5.1.8',
    severity: 'HIGH',
    message: 'clients choose the host that is called: headers and query parameters become part of its name',
    remedy: 'keep the domain fixed, as in "http://{input_headers.X-Tenant}.internal", or take the value from a token ({JWT.claim})',
    find: ({ model }) => model.endpoints.flatMap(({ backends }) => backends.flatMap(({ hosts, place }) => at([...place, 'host'], hosts.some(isChosenByClients))))
  },
  {
    id: '5.1.6',
    severity: 'MEDIUM',
    message: 'several backends of this endpoint write: when one fails, the others have written',
    remedy: 'write in one backend',
    find: ({ model }) => model.endpoints.flatMap(({ backends, place }) => at([...place, 'backend'], backends.filter(({ method }) => method !== 'GET' && method !== 'HEAD').length > 1))
  },
  {
    id: '5.1.7',
    severity: 'MEDIUM',
    message: 'the backends are asked one after the other: their times add up, and a half-done sequence stays half done',
    remedy: 'ask them at once where none needs the answer of another',
    find: ({ model }) => model.endpoints.flatMap(({ extra, place }) => at([...place, 'extra_config', 'proxy', 'sequential'], (extra['proxy'] as { sequential?: boolean } | undefined)?.sequential === true))
  },
  {
    id: '5.2.2',
    severity: 'LOW',
    message: 'each endpoint has one backend: clients put answers together themselves',
    remedy: 'let endpoints merge what clients ask for together',
    find: ({ model }) => whole(model.endpoints.every(({ backends }) => backends.length === 1))
  },
  {
    id: '5.2.3',
    severity: 'LOW',
    message: 'every endpoint passes the backend\'s answer as it is: clients depend on the backends',
    remedy: 'decode and shape what clients should not depend on',
    find: ({ model }) => whole(model.endpoints.length > 0 && model.endpoints.every(({ outputEncoding }) => outputEncoding === 'no-op'))
  }
]

/** Whether a header or query parameter is the end of a host's name, so that no fixed domain behind it limits the choice. */
function isChosenByClients (host: string): boolean {
  const [name = ''] = host.replace(/^https?:\/\//i, '').split(/[/:]/)
  return name.endsWith('}') && requestValuesIn(name).some((value) => !value.startsWith('JWT.'))
}
