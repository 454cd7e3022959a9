import type { SecureVersion } from 'node:tls'
import type { TlsVersion } from '@floodgate/settings'

/** The names of `min_version` and `max_version`, oldest first. */
export const tlsVersions: readonly TlsVersion[] = ['SSL3.0', 'TLS10', 'TLS11', 'TLS12', 'TLS13']

/** OpenSSL no longer has SSL 3.0: as a minimum it means any version. */
export const secureVersions: Record<TlsVersion, SecureVersion> = {
  'SSL3.0': 'TLSv1',
  TLS10: 'TLSv1',
  TLS11: 'TLSv1.1',
  TLS12: 'TLSv1.2',
  TLS13: 'TLSv1.3'
}

/** Returns whether one version is older than another. */
export function isOlder (version: TlsVersion, than: TlsVersion): boolean {
  return tlsVersions.indexOf(version) < tlsVersions.indexOf(than)
}
