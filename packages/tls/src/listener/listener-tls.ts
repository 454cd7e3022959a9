import { X509Certificate } from 'node:crypto'
import tls, { type SecureContext, type TlsOptions } from 'node:tls'
import type { ServerTls } from '@floodgate/settings'
import type { CertificateFiles } from '@floodgate/settings'
import { defaultCurves, writeCurves } from '../names/curves.ts'
import { defaultSuites, writeCiphers } from '../names/cipher-suites.ts'
import { findSystemStore } from '../trust/trust-system.ts'
import { isOlder, secureVersions } from '../names/versions.ts'
import type { ReadFile } from '../files/tls-files.ts'
import { UnusableServerTls } from '../errors.ts'

/** The files of a listener, named as those of a `client_tls`. */
export function listenerFiles ({ keys, caCerts }: Pick<ServerTls, 'keys' | 'caCerts'>): CertificateFiles {
  return { caCerts, clientCerts: keys.map(({ publicKey, privateKey }) => ({ certificate: publicKey, privateKey })) }
}

interface Pair { readonly cert: string, readonly key: string, readonly names: X509Certificate }

type Version = keyof typeof secureVersions

/**
 * Converts the listener's `tls` to options of a Node server: KrakenD page "TLS". If there are several keys, the first
 * one whose certificate has the name requested by the client is used, otherwise the first of all. Keys of two types
 * (RSA and ECDSA) may be used for the same names, and the client's capabilities decide; for different names they must
 * have the same type, because Node replaces certificates by type. With `enable_mtls` a client needs a certificate that
 * is signed by `ca_certs` or, unless turned off, by an authority of the system's store.
 *
 * @param read returns the text of a file
 * @throws {FG_ERR_CONFIG_SERVER_TLS} if a file cannot be read, or key and certificate do not match
 */
export function readListenerTls (settings: ServerTls, read: ReadFile, env: NodeJS.ProcessEnv): TlsOptions {
  try {
    const pairs = settings.keys.map((files) => readPair(files, read))
    const usual = pairs.filter(
      (pair, i) => sameNames(pair, pairs[0]!) && pairs.findIndex((other) => sameNames(other, pair) && kindOf(other) === kindOf(pair)) === i
    )
    const protocol = describeProtocol(settings)
    const clients = settings.enableMtls ? { requestCert: true, rejectUnauthorized: true, ca: readAuthorities(settings, read, env) } : {}
    const options: TlsOptions = { ...protocol, ...clients, cert: usual.map(({ cert }) => cert), key: usual.map(({ key }) => key) }
    // Checked now rather than at the first handshake: a mismatched pair prevents the start.
    tls.createSecureContext(options)
    if (pairs.every((pair) => sameNames(pair, pairs[0]!))) return options
    const kinds = new Set(pairs.map(kindOf))
    if (kinds.size > 1) {
      throw new Error(`keys of different types (${[...kinds].join(', ')}) for different names: use one type for all of them`)
    }
    return { ...options, SNICallback: createSniCallback(pairs, { ...protocol, ...clients }) }
  } catch (error) {
    throw new UnusableServerTls((error as Error).message)
  }
}

function readPair ({ publicKey, privateKey }: ServerTls['keys'][number], read: ReadFile): Pair {
  const cert = read(publicKey)
  return { cert, key: read(privateKey), names: new X509Certificate(cert) }
}

function describeProtocol ({ minVersion, maxVersion, cipherSuites, curvePreferences }: ServerTls): TlsOptions {
  return {
    minVersion: secureVersions[minVersion as Version],
    maxVersion: secureVersions[maxVersion as Version],
    ciphers: writeCiphers(cipherSuites.length > 0 ? cipherSuites : defaultSuites, { legacy: isOlder(minVersion as Version, 'TLS12') }),
    ecdhCurve: writeCurves(curvePreferences.length > 0 ? curvePreferences : defaultCurves),
    // As in Go, the server's order of preference decides.
    honorCipherOrder: true
  }
}

function readAuthorities ({ caCerts, disableSystemCaPool }: ServerTls, read: ReadFile, env: NodeJS.ProcessEnv): string {
  const own = caCerts.map(read)
  if (disableSystemCaPool) return own.join('\n')
  const store = findSystemStore(env)
  return [...own, ...[...store.named, ...store.rest()].flat().map(({ pem }) => pem)].join('\n')
}

function createSniCallback (pairs: readonly Pair[], options: TlsOptions): (
  servername: string,
  done: (error: Error | null, context?: SecureContext) => void
) => void {
  const contexts = pairs.map(({ cert, key, names }) => ({ names, context: tls.createSecureContext({ ...options, cert, key }) }))
  return (servername, done) => {
    const fitting = contexts.find(({ names }) => names.checkHost(servername, { subject: 'never' }) !== undefined)
    done(null, (fitting ?? contexts[0]!).context)
  }
}

function sameNames (a: Pair, b: Pair): boolean {
  return a.names.subjectAltName === b.names.subjectAltName
}

function kindOf ({ names }: Pair): string {
  return names.publicKey.asymmetricKeyType ?? 'unknown'
}
