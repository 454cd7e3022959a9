import { curveId, writeCurve } from '@floodgate/tls'
import { describeCertificates, readFacts, type CertificateFacts } from '@floodgate/tls'
import { writeName } from '@floodgate/tls'
import type { TlsSettings } from '@floodgate/settings'
import type { Peer } from './dial-trace.ts'

/** What a handshake agreed on, and what both sides showed. Null where it did not come so far. */
export interface TlsFacts {
  /** `TLS 1.3` */
  readonly version: string | null
  /** IANA's name of the cipher suite. */
  readonly suite: string | null
  /** `P-256`; null = none took part, or OpenSSL does not tell (hybrids). */
  readonly curve: string | null
  /** Whether certificates are verified at all: not with allow_insecure_connections. */
  readonly verified: boolean
  /** The server's certificates, its own first, then those that issued it as far as they are known. */
  readonly chain: readonly CertificateFacts[]
  readonly clientCertificate: ClientCertificateFacts | null
}

/** What became of the client certificate; null in its place = the handshake did not come so far. */
export interface ClientCertificateFacts {
  readonly asked: boolean
  /** Names of the authorities that the server takes; empty = any, or nothing was asked. */
  readonly authorities: readonly string[]
  /** The one that was shown. */
  readonly sent: CertificateFacts | null
  /** Why none was shown; null = one was. */
  readonly reason: string | null
}

/** Returns what one side of a handshake has shown, in our words. */
export function describePeer (peer: Peer, tls: TlsSettings | null): TlsFacts {
  const { version, suite, curve, chain } = peer
  const id = curve === null ? null : curveId(curve)
  return {
    version: version && writeVersion(version),
    suite: suite?.iana ?? null,
    curve: id === null ? curve : writeCurve(id),
    verified: !tls?.allowInsecureConnections,
    chain: chain.flatMap((der) => readFacts(der) ?? []),
    clientCertificate: describeClientCertificate(peer, tls)
  }
}

/** Writes a version as people do: `TLS 1.2`; takes Node's names and those of `min_version`. */
export function writeVersion (version: string): string {
  const digits = /^TLSv?1(?:\.?(\d))?$/.exec(version)
  return digits ? `TLS 1.${digits[1] ?? 0}` : version.replace('SSL', 'SSL ')
}

function describeClientCertificate ({ request, shown }: Peer, tls: TlsSettings | null): ClientCertificateFacts | null {
  if (request === undefined) return null
  if (request === null) return { asked: false, authorities: [], sent: null, reason: 'the server does not ask for one' }
  const authorities = request.authorities.map(writeName)
  const { clientCertificates } = describeCertificates(tls)
  const { file: _, ...sent } = clientCertificates[shown] ?? { file: '' }
  if ('subject' in sent) return { asked: true, authorities, sent: sent as CertificateFacts, reason: null }
  return {
    asked: true,
    authorities,
    sent: null,
    reason: clientCertificates.length === 0
      ? 'client_certs is empty'
      : 'no certificate of client_certs is from an authority that the server names, with a key that it accepts'
  }
}
