import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import tls, { type SecureContext, type TlsOptions } from 'node:tls'
import type { ServerTls } from '@floodgate/core'
import { defaultCurves, defaultSuites, findSystemStore, isOlder, secureVersions, writeCiphers, writeCurves } from '@floodgate/http-client'
import { unusableServerTls } from './errors.ts'

interface Pair { readonly cert: string, readonly key: string, readonly names: X509Certificate }

type Version = keyof typeof secureVersions

/**
 * Reads the listener's `tls` into options of a Node server: KrakenD page "TLS". Of several keys the first whose
 * certificate has the name that the client asks for is shown (all such, where their kinds differ), otherwise the first.
 * With `enable_mtls` a client needs a certificate that leads to `ca_certs` or, unless turned off, to the system's store.
 *
 * @throws {FG_ERR_CONFIG_SERVER_TLS} when a file cannot be read, or key and certificate do not fit
 */
export function readListenerTls (settings: ServerTls, env: NodeJS.ProcessEnv = process.env): TlsOptions {
  try {
    const pairs = settings.keys.map(readPair)
    const protocol = describeProtocol(settings)
    const clients = settings.enableMtls ? { requestCert: true, rejectUnauthorized: true, ca: readAuthorities(settings, env) } : {}
    const [first] = pairs
    const options: TlsOptions = { ...protocol, ...clients, cert: first?.cert, key: first?.key }
    // Now rather than at the first handshake: a pair that does not fit stops the start.
    tls.createSecureContext(options)
    return pairs.length < 2 ? options : { ...options, SNICallback: createSniCallback(pairs, { ...protocol, ...clients }) }
  } catch (error) {
    throw unusableServerTls((error as Error).message)
  }
}

function readPair ({ publicKey, privateKey }: ServerTls['keys'][number]): Pair {
  const cert = readFileSync(publicKey, 'utf8')
  return { cert, key: readFileSync(privateKey, 'utf8'), names: new X509Certificate(cert) }
}

function describeProtocol ({ minVersion, maxVersion, cipherSuites, curvePreferences }: ServerTls): TlsOptions {
  return {
    minVersion: secureVersions[minVersion as Version],
    maxVersion: secureVersions[maxVersion as Version],
    ciphers: writeCiphers(cipherSuites.length > 0 ? cipherSuites : defaultSuites, { legacy: isOlder(minVersion as Version, 'TLS12') }),
    ecdhCurve: writeCurves(curvePreferences.length > 0 ? curvePreferences : defaultCurves),
    // Go's servers choose by their own order, too.
    honorCipherOrder: true
  }
}

function readAuthorities ({ caCerts, disableSystemCaPool }: ServerTls, env: NodeJS.ProcessEnv): string {
  const own = caCerts.map((file) => readFileSync(file, 'utf8'))
  if (disableSystemCaPool) return own.join('\n')
  const store = findSystemStore(env)
  return [...own, ...[...store.named, ...store.rest()].flat().map(({ pem }) => pem)].join('\n')
}

function createSniCallback (pairs: readonly Pair[], options: TlsOptions): (servername: string, done: (error: Error | null, context?: SecureContext) => void) => void {
  const contexts = new Map<string, SecureContext>()
  const contextOf = (chosen: readonly Pair[]): SecureContext => {
    const key = chosen.map((pair) => pairs.indexOf(pair)).join()
    let context = contexts.get(key)
    if (context === undefined) contexts.set(key, context = tls.createSecureContext({ ...options, cert: chosen.map(({ cert }) => cert), key: chosen.map(({ key }) => key) }))
    return context
  }
  for (const pair of pairs) contextOf([pair])
  return (servername, done) => {
    const fitting = pairs.filter(({ names }) => names.checkHost(servername, { subject: 'never' }) !== undefined)
    const ofEachKind = fitting.filter(({ names }, i) => fitting.findIndex((other) => other.names.publicKey.asymmetricKeyType === names.publicKey.asymmetricKeyType) === i)
    done(null, contextOf(ofEachKind.length > 0 ? ofEachKind : pairs.slice(0, 1)))
  }
}
