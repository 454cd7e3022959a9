import { constants, X509Certificate } from 'node:crypto'
import { isIP, isIPv6 } from 'node:net'
import type { Duplex } from 'node:stream'
import tls, {
  type ConnectionOptions, type DetailedPeerCertificate, type PeerCertificate, type SecureContext,
  type SecureContextOptions, type TLSSocket
} from 'node:tls'
import { goSuites, defaultSuites, writeCiphers } from '../names/cipher-suites.ts'
import { defaultCurves, writeCurves, writeGoCurves } from '../names/curves.ts'
import { chooseCandidate, HandshakeTap, readCandidates } from './client-certificate-selection.ts'
import { DialAgain } from '../errors.ts'
import { isPinned, listKeys } from '../trust/pinned-keys.ts'
import type { TlsSettings } from '@floodgate/settings'
import type { CertificateRequest } from './certificate-request.ts'
import { readTlsFiles, type TlsFiles } from '../files/tls-files.ts'
import { isOlder, secureVersions } from '../names/versions.ts'
import { createTrust, type Trust } from '../trust/trust.ts'

/** The peer of a transport that is already connected. */
export interface TlsTarget {
  /** The name or address that the certificate must contain; a name is sent as SNI, an address is not. */
  readonly host: string
  readonly port: number
  /** Whether the peer is a proxy, whose key is not checked against the pins. */
  readonly isProxy?: boolean
  /** Offers HTTP/2 before HTTP/1.1 (ALPN); otherwise nothing is offered. */
  readonly http2?: boolean
  /** A session of this client with this host and port, to resume. */
  readonly session?: Buffer | undefined
  /** Receives sessions to resume later; only called for servers that were accepted. */
  saveSession? (session: Buffer): void
  /**
   * Called with the server's requirements for a client certificate (null: none), and the index of the pair that is sent
   * (-1: none).
   */
  readonly onRequest?: ((request: CertificateRequest | null, shown: number) => void) | undefined
}

/** TLS of one set of settings, for any number of connections. It need not be closed. */
export interface ClientTls {
  /** Whether it sends a certificate to servers that request one. */
  readonly hasClientCertificates: boolean
  /**
   * Builds the context that the first handshake would build otherwise: a millisecond, and 20 more for the first one of
   * a process, which makes Node read its own roots.
   *
   * @throws the error of OpenSSL if it refuses the files; `parseClientTls` finds that at start
   */
  prepare (): void
  /**
   * Starts a handshake. `done` is called once, with null if the server is accepted, which never happens with an invalid
   * certificate. A {@link DialAgain} means that a new transport to the same server is needed: call again with one. Add
   * an `error` listener to the socket in `done` at the latest; destroy it to give up. Throws as {@link prepare} does.
   */
  handshake (transport: Duplex, target: TlsTarget, done: (error: Error | null) => void): TLSSocket
  /** The options of `tls.connect` that {@link ClientTls.handshake} uses, without transport and session. */
  connectOptions (host: string): ConnectionOptions
}

// Error codes of OpenSSL for a chain without a trusted root.
const untrusted = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN'
])

const firstPair = 0
const maxChoices = 1000
const http2First = ['h2', 'http/1.1']

/**
 * Creates TLS for connections to upstreams and https proxies. The files are read now; the context, of 60 KB and more,
 * is created for the first handshake, so that clients without https connections do not need it.
 *
 * @param settings null = no `client_tls` anywhere
 * @param env where `SSL_CERT_FILE`, `SSL_CERT_DIR` and `NODE_EXTRA_CA_CERTS` are looked up
 * @param pinnedKeys of these settings, or those without `client_tls`
 * @throws the error of the file system if a file was removed since it was checked
 */
export function createTls (
  settings: TlsSettings | null,
  env: NodeJS.ProcessEnv = process.env,
  files: TlsFiles = readTlsFiles(settings),
  pinnedKeys: readonly string[] | undefined = settings?.pinnedKeys
): ClientTls {
  const verify = !settings?.allowInsecureConnections
  const pins = pinnedKeys ? new Set(pinnedKeys) : null
  let trust: Trust | null = null
  const candidates = readCandidates(files)
  const held = new Set<string>()
  /** By index of the pair that each context sends. */
  const contexts = new Map<number, SecureContext>()
  /** The pair for each server, by host and port; an unknown server has to be asked. */
  const choices = new Map<string, number>()

  function buildContext (pair: number): SecureContext {
    if (verify) trust ??= createTrust(files.authorities, { system: !settings?.disableSystemCaPool, env })
    for (const pem of trust?.initial() ?? []) held.add(pem)
    const shown = files.clientCertificates[pair]
    const context = tls.createSecureContext({
      ...describeProtocol(settings),
      ...(shown && { cert: shown.certificate, key: shown.privateKey }),
      ca: [...held],
      allowPartialTrustChain: true
    } as SecureContextOptions)
    contexts.set(pair, context)
    return context
  }

  /** Adds trusted certificates that a chain may end in; false if there are none, so that the server is not trusted. */
  function trustMore (chain: readonly Buffer[]): boolean {
    const missing = trust?.findMissing(chain, held) ?? []
    for (const pem of missing) held.add(pem)
    if (missing.length > 0) contexts.clear()
    return missing.length > 0
  }

  function connectOptions (host: string, pair = firstPair): ConnectionOptions {
    return {
      host,
      servername: isIP(host) ? '' : host,
      secureContext: contexts.get(pair) ?? buildContext(pair),
      rejectUnauthorized: verify,
      checkServerIdentity
    }
  }

  function handshake (transport: Duplex, target: TlsTarget, done: (error: Error | null) => void): TLSSocket {
    const server = `${target.host}:${target.port}`
    const choice = candidates.length > 0 ? choices.get(server) : firstPair
    const tap = choice === undefined || target.onRequest !== undefined ? new HandshakeTap(transport, decide) : null
    const socket = tls.connect(
      {
        ...connectOptions(target.host, choice),
        ...target.http2 && { ALPNProtocols: http2First },
        socket: tap ?? transport,
        session: tap ? undefined : target.session
      }
    )
    let chain: Buffer[] = []
    let session: Buffer | null = null
    let accepted = false

    /** Continues if the prepared pair is the one that the server accepts; otherwise the next connection sends the right one. */
    function decide (request: CertificateRequest | null): boolean {
      if (candidates.length === 0) {
        target.onRequest?.(request, -1)
        return true
      }
      const fitting = request ? chooseCandidate(candidates, request) : firstPair
      target.onRequest?.(request, fitting)
      if (choices.size >= maxChoices) choices.clear()
      choices.set(server, fitting)
      if (fitting === (choice ?? firstPair)) return true
      settle(new DialAgain())
      socket.destroy()
      return false
    }
    const onSecure = (): void => { chain = readChain(socket) }
    const onSession = (fresh: Buffer): void => {
      // With TLS 1.2 the session arrives before the server is accepted.
      if (accepted) target.saveSession?.(fresh)
      else session = fresh
    }
    const onConnect = (): void => {
      // Only sessions of accepted servers are stored.
      const shown = pins !== null && !target.isProxy && !socket.isSessionReused() ? readChain(socket) : null
      if (shown !== null && !isPinned(shown, pins!)) {
        settle(
          Object.assign(
            new Error(`none of the pinned keys is in its certificate chain, which has ${listKeys(shown).join(', ')}`),
            { code: 'CERT_KEY_NOT_PINNED' }
          )
        )
        socket.destroy()
        return
      }
      accepted = true
      if (session) target.saveSession?.(session)
      settle(null)
    }
    const onError = (error: NodeJS.ErrnoException): void => {
      const again = untrusted.has(error.code ?? '') && trustMore(chain)
      if (!again) choices.delete(server)
      settle(again ? new DialAgain({ cause: error }) : error)
    }
    // A server that closes before any response may require another certificate by now; with TLS 1.3 it reports that
    // after the handshake, if at all.
    const onEnd = (): void => { if (accepted && socket.bytesRead === 0) choices.delete(server) }
    const onClose = (): void => { settle(new Error('closed during the TLS handshake')) }
    function settle (error: Error | null): void {
      socket.off('secure', onSecure).off('secureConnect', onConnect).off('error', onError).off('close', onClose)
      if (error) socket.on('error', () => {})
      done(error)
    }

    // Before Node's own listener, which destroys the socket if the certificate is invalid.
    if (verify) socket.prependListener('secure', onSecure)
    if (target.saveSession) socket.on('session', onSession)
    if (tap) {
      tap.carry(socket)
      socket.on('keylog', (line: Buffer) => { tap.addKeyLog(line) })
    }
    if (candidates.length > 0) socket.once('close', onEnd)
    socket.once('secureConnect', onConnect).once('error', onError).once('close', onClose)
    return socket
  }

  function prepare (): void {
    if (contexts.size === 0) buildContext(firstPair)
  }

  return { hasClientCertificates: candidates.length > 0, prepare, handshake, connectOptions }
}

function describeProtocol (settings: TlsSettings | null): SecureContextOptions {
  if (!settings) {
    return {
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
      ciphers: writeCiphers(goSuites, { legacy: false }),
      ecdhCurve: writeGoCurves(),
      secureOptions
    }
  }
  const { minVersion, maxVersion, cipherSuites, curvePreferences } = settings
  return {
    minVersion: secureVersions[minVersion],
    maxVersion: secureVersions[maxVersion],
    ciphers: writeCiphers(cipherSuites.length > 0 ? cipherSuites : defaultSuites, { legacy: isOlder(minVersion, 'TLS12') }),
    ecdhCurve: writeCurves(curvePreferences.length > 0 ? curvePreferences : defaultCurves),
    secureOptions
  }
}

// As in Go's client, servers without RFC 5746 are allowed, because connections are never renegotiated.
const secureOptions = constants.SSL_OP_LEGACY_SERVER_CONNECT | constants.SSL_OP_NO_RENEGOTIATION

/** Compares names as Go does: a name that is only in the subject is ignored. */
function checkServerIdentity (host: string, certificate: PeerCertificate): Error | undefined {
  // Node 22.23 treats an IPv6 address as a name.
  if (isIPv6(host) && new X509Certificate(certificate.raw).checkIP(host) !== undefined) return undefined
  return tls.checkServerIdentity(host, { ...certificate, subject: undefined } as unknown as PeerCertificate)
}

/** The server's certificates, each followed by its issuer. (`getPeerX509Certificate` would take them from Node's own check.) */
export function readChain (socket: TLSSocket): Buffer[] {
  const chain: Buffer[] = []
  let next: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true)
  while (next?.raw && !chain.some((raw) => raw.equals(next!.raw))) {
    chain.push(next.raw)
    next = next.issuerCertificate
  }
  return chain
}
