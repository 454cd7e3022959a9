import { createPrivateKey } from 'node:crypto'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { readNamesOfAll } from '../certificates/certificate-names.ts'
import { CertificateRequestReader, type CertificateRequest, type Verdict } from './certificate-request.ts'
import type { TlsFiles } from '../files/tls-files.ts'

/** The properties of a pair of `client_certs` that decide whether a server accepts it. */
export interface Candidate {
  /** DER names of the issuers of all certificates in its file, as binary strings. */
  readonly issuers: readonly string[]
  /** Returns whether its key supports the signature scheme with this IANA number. */
  signs (signature: number, tls13: boolean): boolean
}

/** Reads the properties of each pair. */
export function readCandidates ({ clientCertificates }: TlsFiles): Candidate[] {
  return clientCertificates.map(({ certificate, privateKey }) => {
    let signs: Candidate['signs'] | null = null
    return {
      issuers: readNamesOfAll(certificate).map(({ issuer }) => issuer),
      signs: (signature, tls13) => {
        // Parsing a key takes a millisecond: only done when a server requests a certificate.
        signs ??= describeSignatures(privateKey)
        return signs(signature, tls13)
      }
    }
  })
}

/**
 * Chooses as Go does (crypto/tls, `getClientCertificate`): the first pair with a certificate issued by an authority
 * that the server names, and with a key whose signature scheme the server supports. -1 if there is none.
 */
export function chooseCandidate (candidates: readonly Candidate[], { authorities, signatures, tls13 }: CertificateRequest): number {
  return candidates.findIndex(({ issuers, signs }) =>
    (authorities.length === 0 || issuers.some((issuer) => authorities.includes(issuer))) &&
    (signatures.length === 0 || signatures.some((signature) => signs(signature, tls13))))
}

// More than any server sends before its request, and longer than any client takes to log its secret: beyond that, data
// passes through and the first certificate is used.
const maxHeld = 256 * 1024
const maxWait = 1000

/**
 * A transport between a server and a client's TLS for one handshake. It holds back the server's data until it is known
 * which certificate the server requests, reports that once, and passes everything through from then on.
 */
export class HandshakeTap extends Duplex {
  readonly #transport: Duplex
  readonly #decide: (request: CertificateRequest | null) => boolean
  #reader: CertificateRequestReader | null = new CertificateRequestReader()
  #held: Buffer[] = []
  #heldLength = 0
  #passed = 0
  #timer: NodeJS.Timeout | undefined

  /** @param decide called once, with null if no certificate is requested; true = continue this handshake */
  constructor (transport: Duplex, decide: (request: CertificateRequest | null) => boolean) {
    super({ allowHalfOpen: true })
    this.#transport = transport
    this.#decide = decide
    transport.on('data', (chunk: Buffer) => { this.#accept(chunk) })
    transport.on('end', () => {
      this.#settle(null)
      this.push(null)
    })
    transport.on('error', (error: Error) => { this.destroy(error) })
    transport.on('close', () => { this.destroy() })
  }

  /** Forwards ref and unref of the TLS socket, as without a tap. */
  carry (socket: Socket): void {
    const transport = this.#transport as Socket
    socket.ref = () => { transport.ref?.(); return socket }
    socket.unref = () => { transport.unref?.(); return socket }
  }

  /** Receives a line of the client's key log. */
  addKeyLog (line: Buffer): void {
    const [label, , secret] = line.toString('latin1').trim().split(' ')
    if (label !== 'SERVER_HANDSHAKE_TRAFFIC_SECRET' || secret === undefined || !this.#reader) return
    // The client is processing data: the next data must not be pushed synchronously.
    setImmediate(() => { if (this.#reader) this.#followVerdict(this.#reader.decrypt(Buffer.from(secret, 'hex'))) })
  }

  override _read (): void {
    this.#transport.resume()
  }

  override _write (chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#transport.write(chunk, done)
  }

  override _final (done: (error?: Error | null) => void): void {
    this.#transport.end(done)
  }

  override _destroy (error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#timer)
    this.#reader = null
    this.#held = []
    this.#transport.destroy()
    done(error)
  }

  #accept (chunk: Buffer): void {
    if (!this.#reader) {
      if (!this.push(chunk)) this.#transport.pause()
      return
    }
    this.#held.push(chunk)
    this.#heldLength += chunk.length
    this.#followVerdict(this.#heldLength > maxHeld ? 'none' : this.#reader.add(chunk))
  }

  #followVerdict (verdict: Verdict): void {
    if (verdict === 'more') return
    if (verdict === 'pass') this.#pass()
    else this.#settle(verdict === 'none' ? null : verdict)
  }

  /** Passes the client the data that it needs to continue, and keeps the rest. */
  #pass (): void {
    const all = Buffer.concat(this.#held)
    const length = this.#reader!.passed - this.#passed
    this.#passed += length
    this.#held = [all.subarray(length)]
    this.push(all.subarray(0, length))
    this.#timer ??= setTimeout(() => { this.#settle(null) }, maxWait)
    // After a retry the next hello may have arrived already.
    if (all.length > length) this.#followVerdict(this.#reader!.add(Buffer.alloc(0)))
  }

  #settle (request: CertificateRequest | null): void {
    if (!this.#reader) return
    clearTimeout(this.#timer)
    this.#reader = null
    const rest = Buffer.concat(this.#held)
    this.#held = []
    if (this.#decide(request) && rest.length > 0) this.push(rest)
  }
}

// IANA's TLS SignatureScheme. TLS 1.3 binds a curve to its hash and has no PKCS #1 (RFC 8446, 4.2.3).
const pss = [0x0804, 0x0805, 0x0806]
const curveSchemes: Record<string, number> = { prime256v1: 0x0403, secp384r1: 0x0503, secp521r1: 0x0603 }

function describeSignatures (privateKey: string): Candidate['signs'] {
  const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(privateKey)
  switch (asymmetricKeyType) {
    case 'rsa': return (signature, tls13) => pss.includes(signature) || (!tls13 && (signature & 0xff) === 1)
    case 'rsa-pss': return (signature) => signature >= 0x0809 && signature <= 0x080b
    case 'ec': return (signature, tls13) => tls13
      ? signature === curveSchemes[asymmetricKeyDetails?.namedCurve ?? '']
      : (signature & 0xff) === 3
    case 'ed25519': return (signature) => signature === 0x0807
    default: return () => true
  }
}
