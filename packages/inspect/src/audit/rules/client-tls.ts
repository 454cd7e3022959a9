import type { Place } from '@floodgate/core'
import type { ServerTls } from '@floodgate/settings'
import type { TlsSettings } from '@floodgate/settings'
import { isOlder } from '@floodgate/tls'
import { passesAll, passesHeader } from '../../passed-headers.ts'
import { at, type Hit, type Rule, type Subject } from '../rule.ts'
import { tlsBlocks } from './tls-blocks.ts'
import { weakSuites } from './weak-suites.ts'

/** Settings that weaken TLS with clients and backends. */
export const clientTlsRules: readonly Rule[] = [
  {
    id: 'insecure-with-credentials',
    severity: 'CRITICAL',
    message: 'credentials are sent to a backend whose certificate is not verified: anyone on the network path can read them',
    remedy: 'list the certificate authority of the backend, or its certificate, in ca_certs, and remove allow_insecure_connections',
    find: ({ backends }) => backends.flatMap(({ endpoint, backend }) => {
      if (!backend.client.tls?.allowInsecureConnections || !backend.hosts.some((host) => /^https:/i.test(host))) return []
      const headers = passesAll(endpoint, backend)
        ? ['all headers']
        : ['authorization', 'cookie'].filter((name) => passesHeader(endpoint, backend, name))
      const sent = [...headers, ...backend.client.tls.clientCerts.length > 0 ? ['a client certificate'] : []]
      return at(
        backend.place,
        sent.length > 0,
        `${sent.join(' and ')} of clients or of the gateway are sent to ${backend.hosts.join(', ')}, whose certificate is not verified: anyone on the network path can read them`
      )
    })
  },
  {
    id: 'old-tls',
    severity: 'HIGH',
    message: 'versions of TLS below 1.2 are insecure',
    remedy: 'write "TLS12" or "TLS13" in min_version',
    find: (subject) =>
      both(subject, ({ minVersion }, place) => at([...place, 'min_version'], isOlder(minVersion as TlsSettings['minVersion'], 'TLS12'), `${minVersion} as the minimum allows insecure versions of TLS`))
  },
  {
    id: 'weak-suites',
    severity: 'HIGH',
    message: 'weak cipher suites are enabled',
    remedy: 'list suites of ECDHE with AES-GCM or ChaCha20 (49195, 49196, 49199, 49200, 52392, 52393), or remove the list',
    find: (subject) => both(subject, ({ minVersion, cipherSuites }, place) => {
      const weak = minVersion === 'TLS13' ? [] : weakSuites(cipherSuites)
      return at([...place, 'cipher_suites'], weak.length > 0, `weak cipher suites are enabled: ${weak.join(', ')}`)
    })
  }
]

type Protocol = Pick<TlsSettings | ServerTls, 'minVersion' | 'cipherSuites'>

/** Checks each client_tls and the listener's tls. */
function both (subject: Subject, look: (protocol: Protocol, place: Place) => readonly Hit[]): Hit[] {
  const { tls } = subject.model
  return [...tls === null ? [] : look(tls, ['tls']), ...tlsBlocks(subject).flatMap((block) => look(block.tls, block.place))]
}
