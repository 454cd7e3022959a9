import { createDecipheriv, createHmac, type CipherGCMTypes } from 'node:crypto'

/** A server's requirements for a client certificate. */
export interface CertificateRequest {
  /** DER names of the authorities it accepts, as binary strings; empty = any. */
  readonly authorities: readonly string[]
  /** IANA numbers of its supported signature schemes; empty = unknown (TLS 1.1 and older). */
  readonly signatures: readonly number[]
  readonly tls13: boolean
}

/** The state after some bytes of a server's first flight. */
export type Verdict =
  /** More bytes are needed. */
  | 'more'
  /** The client must read the data so far: its answer or its secret is needed to continue. */
  | 'pass'
  /** The server does not request a certificate, or sends unknown messages. */
  | 'none'
  | CertificateRequest

interface Suite { readonly cipher: string, readonly hash: string, readonly keyLength: number }

const suites: Record<number, Suite> = {
  0x1301: { cipher: 'aes-128-gcm', hash: 'sha256', keyLength: 16 },
  0x1302: { cipher: 'aes-256-gcm', hash: 'sha384', keyLength: 32 },
  0x1303: { cipher: 'chacha20-poly1305', hash: 'sha256', keyLength: 32 }
}

// Content types of records and types of handshake messages (RFC 8446, B.1 and B.3).
const record = { changeCipherSpec: 20, handshake: 22, applicationData: 23 } as const
const message = { serverHello: 2, encryptedExtensions: 8, certificateRequest: 13, serverHelloDone: 14, newSessionTicket: 4 } as const
const extension = { signatureAlgorithms: 13, supportedVersions: 43, certificateAuthorities: 47 } as const

/** The random of a ServerHello that is a HelloRetryRequest (RFC 8446, 4.1.3). */
const retryRandom = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c'

/**
 * Reads a server's side of a handshake up to its CertificateRequest: in the clear before TLS 1.3 (RFC 5246, 7.4.4),
 * decrypted with the secret of the client's key log since (RFC 8446, 4.3.2). Unexpected data ends it with `none`: it
 * only observes, and the client's TLS validates.
 */
export class CertificateRequestReader {
  #bytes: Buffer = Buffer.alloc(0)
  #handshake: Buffer = Buffer.alloc(0)
  /** Bytes of complete records read so far, which `pass` releases. */
  #read = 0
  #suite: Suite | null = null
  #keys: { key: Buffer, iv: Buffer } | null = null
  #sequence = 0n
  /** Of TLS 1.2 and older; 0 = not known yet, or TLS 1.3. */
  #version = 0

  /** How many of the bytes the client must read, after `pass`. */
  get passed (): number {
    return this.#read
  }

  /** Receives more bytes from the server. */
  add (chunk: Buffer): Verdict {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk])
    return this.#advance()
  }

  /** Receives the server's handshake traffic secret, and continues with the data since `pass`. */
  decrypt (secret: Buffer): Verdict {
    if (!this.#suite) return 'none'
    const { hash, keyLength } = this.#suite
    this.#keys = { key: expandLabel(hash, secret, 'key', keyLength), iv: expandLabel(hash, secret, 'iv', 12) }
    return this.#advance()
  }

  #advance (): Verdict {
    try {
      // Encrypted records wait for the secret.
      while (!this.#suite || this.#keys) {
        const header = this.#bytes
        if (header.length < 5) return 'more'
        // Data that is not a TLS record has no length to wait for.
        if (header[0]! < record.changeCipherSpec || header[0]! > record.applicationData || header[1] !== 3) return 'none'
        const end = 5 + header.readUInt16BE(3)
        if (header.length < end) return 'more'
        const whole = header.subarray(0, end)
        this.#bytes = header.subarray(end)
        this.#read += end
        const verdict = this.#readRecord(whole)
        if (verdict !== 'more') return verdict
      }
      return 'more'
    } catch {
      return 'none'
    }
  }

  #readRecord (bytes: Buffer): Verdict {
    const type = bytes[0]
    if (this.#keys) {
      if (type === record.changeCipherSpec) return 'more'
      if (type !== record.applicationData) return 'none'
      const inner = this.#open(bytes, this.#keys)
      // Zeros may follow the type, which is the last byte (RFC 8446, 5.2).
      let last = inner.length - 1
      while (last > 0 && inner[last] === 0) last--
      if (inner[last] !== record.handshake) return 'none'
      return this.#readMessages(inner.subarray(0, last))
    }
    // After a HelloRetryRequest.
    if (type === record.changeCipherSpec && this.#version === 0) return 'more'
    if (type !== record.handshake) return 'none'
    return this.#readMessages(bytes.subarray(5))
  }

  #open (bytes: Buffer, { key, iv }: { key: Buffer, iv: Buffer }): Buffer {
    const nonce = Buffer.from(iv)
    nonce.writeBigUInt64BE(nonce.readBigUInt64BE(4) ^ this.#sequence++, 4)
    const decipher = createDecipheriv(this.#suite!.cipher as CipherGCMTypes, key, nonce, { authTagLength: 16 })
    decipher.setAAD(bytes.subarray(0, 5))
    decipher.setAuthTag(bytes.subarray(-16))
    return Buffer.concat([decipher.update(bytes.subarray(5, -16)), decipher.final()])
  }

  #readMessages (fragment: Buffer): Verdict {
    this.#handshake = Buffer.concat([this.#handshake, fragment])
    while (this.#handshake.length >= 4) {
      const end = 4 + this.#handshake.readUIntBE(1, 3)
      if (this.#handshake.length < end) break
      const type = this.#handshake[0]
      const body = this.#handshake.subarray(4, end)
      this.#handshake = this.#handshake.subarray(end)
      const verdict = this.#readMessage(type!, body)
      if (verdict !== 'more') return verdict
    }
    return 'more'
  }

  #readMessage (type: number, body: Buffer): Verdict {
    if (type === message.serverHello && this.#version === 0 && !this.#keys) return this.#readServerHello(body)
    if (this.#keys) {
      if (type === message.encryptedExtensions) return 'more'
      return type === message.certificateRequest ? readRequest13(body) : 'none'
    }
    if (type === message.certificateRequest) return readRequest12(body, this.#version)
    // The other messages before the request say nothing about it.
    return type === message.serverHelloDone || type === message.newSessionTicket ? 'none' : 'more'
  }

  #readServerHello (body: Buffer): Verdict {
    const reader = new Reader(body)
    const version = reader.number(2)
    const random = reader.take(32)
    reader.vector(1)
    const suite = reader.number(2)
    reader.take(1)
    const extensions = reader.left > 0 ? readExtensions(reader) : new Map<number, Buffer>()
    if (extensions.get(extension.supportedVersions)?.readUInt16BE(0) !== 0x0304) {
      this.#version = version
      return 'more'
    }
    if (random.toString('hex') === retryRandom) return 'pass'
    this.#suite = suites[suite] ?? null
    return this.#suite ? 'pass' : 'none'
  }
}

/** RFC 8446, 4.3.2 and 4.2.4. */
function readRequest13 (body: Buffer): CertificateRequest {
  const reader = new Reader(body)
  reader.vector(1)
  const extensions = readExtensions(reader)
  const authorities = extensions.get(extension.certificateAuthorities)
  const signatures = extensions.get(extension.signatureAlgorithms)
  return {
    authorities: authorities ? readAuthorities(new Reader(authorities)) : [],
    signatures: signatures ? readNumbers(new Reader(signatures)) : [],
    tls13: true
  }
}

/** RFC 5246, 7.4.4; TLS 1.1 and older name no signatures. */
function readRequest12 (body: Buffer, version: number): CertificateRequest {
  const reader = new Reader(body)
  reader.vector(1)
  const signatures = version >= 0x0303 ? readNumbers(reader) : []
  return { authorities: readAuthorities(reader), signatures, tls13: false }
}

function readAuthorities (reader: Reader): string[] {
  const list = new Reader(reader.vector(2))
  const authorities: string[] = []
  while (list.left > 0) authorities.push(list.vector(2).toString('latin1'))
  return authorities
}

function readNumbers (reader: Reader): number[] {
  const list = new Reader(reader.vector(2))
  const numbers: number[] = []
  while (list.left > 0) numbers.push(list.number(2))
  return numbers
}

function readExtensions (reader: Reader): Map<number, Buffer> {
  const list = new Reader(reader.vector(2))
  const extensions = new Map<number, Buffer>()
  while (list.left > 0) extensions.set(list.number(2), list.vector(2))
  return extensions
}

/** Reads fields one after the other; throws a RangeError at the end of the bytes. */
class Reader {
  readonly #bytes: Buffer
  #at = 0

  constructor (bytes: Buffer) {
    this.#bytes = bytes
  }

  get left (): number {
    return this.#bytes.length - this.#at
  }

  take (length: number): Buffer {
    if (length > this.left) throw new RangeError('the message ends too early')
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  number (bytes: number): number {
    return this.take(bytes).readUIntBE(0, bytes)
  }

  /** A field prefixed by its length, which has this number of bytes. */
  vector (lengthBytes: number): Buffer {
    return this.take(this.number(lengthBytes))
  }
}

/** HKDF-Expand-Label of RFC 8446, 7.1, for at most one block and no context. */
function expandLabel (hash: string, secret: Buffer, label: string, length: number): Buffer {
  const name = Buffer.from(`tls13 ${label}`)
  const info = Buffer.concat([Buffer.from([0, length, name.length]), name, Buffer.from([0, 1])])
  return createHmac(hash, secret).update(info).digest().subarray(0, length)
}
