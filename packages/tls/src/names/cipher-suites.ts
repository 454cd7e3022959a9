import tls from 'node:tls'

/** A suite of TLS 1.2 and below that Go implements. */
interface CipherSuite { readonly id: number, readonly openssl: string }

// In Go's order of preference (crypto/tls, cipher_suites.go), which cannot be configured.
const suites: readonly CipherSuite[] = [
  { id: 0xc02b, openssl: 'ECDHE-ECDSA-AES128-GCM-SHA256' },
  { id: 0xc02f, openssl: 'ECDHE-RSA-AES128-GCM-SHA256' },
  { id: 0xc02c, openssl: 'ECDHE-ECDSA-AES256-GCM-SHA384' },
  { id: 0xc030, openssl: 'ECDHE-RSA-AES256-GCM-SHA384' },
  { id: 0xcca9, openssl: 'ECDHE-ECDSA-CHACHA20-POLY1305' },
  { id: 0xcca8, openssl: 'ECDHE-RSA-CHACHA20-POLY1305' },
  { id: 0xc009, openssl: 'ECDHE-ECDSA-AES128-SHA' },
  { id: 0xc013, openssl: 'ECDHE-RSA-AES128-SHA' },
  { id: 0xc00a, openssl: 'ECDHE-ECDSA-AES256-SHA' },
  { id: 0xc014, openssl: 'ECDHE-RSA-AES256-SHA' },
  { id: 0x009c, openssl: 'AES128-GCM-SHA256' },
  { id: 0x009d, openssl: 'AES256-GCM-SHA384' },
  { id: 0x002f, openssl: 'AES128-SHA' },
  { id: 0x0035, openssl: 'AES256-SHA' },
  { id: 0xc012, openssl: 'ECDHE-RSA-DES-CBC3-SHA' },
  { id: 0x000a, openssl: 'DES-CBC3-SHA' },
  { id: 0xc023, openssl: 'ECDHE-ECDSA-AES128-SHA256' },
  { id: 0xc027, openssl: 'ECDHE-RSA-AES128-SHA256' },
  { id: 0x003c, openssl: 'AES128-SHA256' },
  { id: 0xc011, openssl: 'ECDHE-RSA-RC4-SHA' },
  { id: 0xc007, openssl: 'ECDHE-ECDSA-RC4-SHA' },
  { id: 0x0005, openssl: 'RC4-SHA' }
]

const tls13 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256']
const tls13Ids = new Set([0x1301, 0x1302, 0x1303])

/** Default suites of a `client_tls`: ECDHE with GCM or ChaCha20. */
export const defaultSuites: readonly number[] = suites.slice(0, 6).map(({ id }) => id)

/** Suites of clients without `client_tls`, as in Go: the same and ECDHE with CBC. */
export const goSuites: readonly number[] = suites.slice(0, 10).map(({ id }) => id)

/** All supported suites for TLS 1.2 and below, including weak ones. */
export const allSuites: readonly number[] = suites.map(({ id }) => id)

/** Finds the IANA number of a suite of TLS 1.2 and below by OpenSSL's name; null if it is not supported. */
export function suiteId (openssl: string): number | null {
  return suites.find((suite) => suite.openssl === openssl)?.id ?? null
}

/** Returns the IANA name of a suite of TLS 1.2 and below: `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`. */
export function ianaName (id: number): string {
  const openssl = suites.find((suite) => suite.id === id)?.openssl ?? ''
  const [, exchange = 'RSA', rest = ''] = /^(?:(ECDHE-[A-Z]+)-)?(.*)$/.exec(openssl)!
  const cipher = rest.replace(
    /^AES(\d+)-(?=SHA)/,
    'AES-$1-CBC-'
  ).replace(/^AES(\d+)/, 'AES-$1').replace('DES-CBC3', '3DES-EDE-CBC').replace('RC4', 'RC4-128').replace(/POLY1305$/, 'POLY1305-SHA256')
  return `TLS-${exchange}-WITH-${cipher}`.replaceAll('-', '_')
}

/**
 * Formats suites as OpenSSL's `ciphers`. The three of TLS 1.3 are always included, because the reference cannot
 * restrict them; ids that Go or this OpenSSL does not have are omitted.
 */
export function writeCiphers (ids: readonly number[], { legacy }: { legacy: boolean }): string {
  const known = usableSuites(ids).map(({ openssl }) => openssl)
  // TLS 1.0 and 1.1 sign with SHA-1, which OpenSSL only allows on its lowest security level.
  const level = legacy && known.length > 0 ? ['@SECLEVEL=0'] : []
  return [...tls13, ...known, ...level].join(':')
}

/** Returns the ids without effect and the reason for each. */
export function ignoredSuites (ids: readonly number[]): { id: number, why: 'tls13' | 'unknown' }[] {
  const usable = new Set(usableSuites(ids).map(({ id }) => id))
  return ids.filter((id) => !usable.has(id)).map((id) => ({ id, why: tls13Ids.has(id) ? 'tls13' : 'unknown' }))
}

let available: Set<string> | null = null

function usableSuites (ids: readonly number[]): CipherSuite[] {
  const names = available ??= new Set(tls.getCiphers())
  return suites.filter(({ id, openssl }) => ids.includes(id) && names.has(openssl.toLowerCase()))
}

/**
 * Finds the IANA number of a suite by its name, IANA's (`TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`) or OpenSSL's; null if
 * Go does not have it.
 */
export function suiteNamed (name: string): number | null {
  const index = tls13.indexOf(name.toUpperCase())
  if (index >= 0) return [...tls13Ids][index]!
  const upper = name.toUpperCase()
  return suites.find(({ id, openssl }) => openssl === upper || ianaName(id) === upper)?.id ?? null
}
