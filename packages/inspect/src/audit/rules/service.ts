import { originOf } from '@floodgate/config-loader'
import type { Place } from '@floodgate/core'
import { clientPlace } from '../../explain/client-place.ts'
import { at, whole, type Rule, type Subject } from '../rule.ts'

/** Section 2 of KrakenD's audit. */
export const serviceRules: readonly Rule[] = [
  {
    id: '2.1.1',
    severity: 'HIGH',
    message: 'certificates of backends are not verified: anyone on the network path can read and change the traffic',
    remedy: 'list the certificate authority of the backends in client_tls.ca_certs, and remove allow_insecure_connections',
    find: ({ loaded, model }) => at(
      ([
        ['client_tls', 'allow_insecure_connections'],
        ['allow_insecure_connections']
      ] as Place[]).find((place) => originOf(loaded, place) !== null) ?? [],
      model.client.tls?.allowInsecureConnections === true
    )
  },
  {
    id: '2.1.2',
    severity: 'HIGH',
    message: 'clients connect without TLS',
    remedy: 'configure tls, or terminate TLS in front of the gateway',
    find: ({ loaded, model }) => whole(model.tls === null && originOf(loaded, ['tls']) === null)
  },
  {
    id: '2.1.3',
    severity: 'CRITICAL',
    message: 'tls is configured but disabled: clients connect without TLS',
    remedy: 'remove tls.disabled',
    find: ({ loaded, model }) => at(['tls', 'disabled'], model.tls === null && originOf(loaded, ['tls']) !== null)
  },
  {
    id: '2.1.7',
    severity: 'HIGH',
    message: 'no security headers are sent to browsers, and any Host is served',
    remedy: 'configure security/http',
    find: ({ model }) => whole(![model, ...model.endpoints].some(({ extra }) => 'security/http' in extra))
  },
  {
    id: '2.1.8',
    severity: 'HIGH',
    message: 'HTTP/2 without TLS (h2c) is enabled',
    remedy: 'remove use_h2c, or restrict the port to trusted networks',
    find: (subject) => at(h2cPlace(subject), subject.model.useH2c)
  },
  {
    id: '2.1.9',
    severity: 'LOW',
    message: 'the certificate of this backend is not verified',
    remedy: 'list its certificate authority, or its certificate, in ca_certs, and remove allow_insecure_connections',
    find: ({ loaded, backends }) => backends.flatMap(({ backend }) => {
      const place = [...clientPlace(backend.place), 'client_tls', 'allow_insecure_connections']
      return at(place, backend.client.tls?.allowInsecureConnections === true && originOf(loaded, place) !== null)
    })
  },
  {
    id: '2.2.2',
    severity: 'HIGH',
    message: 'CORS is not configured: browsers on other origins are refused, unless backends handle CORS themselves',
    remedy: 'configure security/cors',
    find: ({ model }) => whole(![model, ...model.endpoints].some(({ extra }) => 'security/cors' in extra))
  },
  {
    id: '2.2.3',
    severity: 'HIGH',
    message: 'all headers of clients are passed on to the backends',
    remedy: 'list those that the backends need',
    find: ({ model }) => model.endpoints.flatMap(({ inputHeaders, place }) => at([...place, 'input_headers'], inputHeaders.includes('*')))
  },
  {
    id: '2.2.4',
    severity: 'HIGH',
    message: 'all query parameters of clients are passed on to the backends',
    remedy: 'list those that the backends need',
    find: ({ model }) =>
      model.endpoints.flatMap(({ inputQueryStrings, place }) => at([...place, 'input_query_strings'], inputQueryStrings.includes('*')))
  }
]

function h2cPlace ({ loaded }: Subject): Place {
  const place: Place = ['use_h2c']
  return originOf(loaded, place) === null ? ['extra_config', 'router', 'use_h2c'] : place
}
