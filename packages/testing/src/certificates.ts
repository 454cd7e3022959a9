import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { isIP, isIPv4 } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Teardown } from './origin.ts'

/** A certificate and its key as PEM texts; `tls` and `https` options take it as it is. */
export interface Issued {
  readonly cert: string
  readonly key: string
}

export interface Authority extends Issued {
  readonly name: string
  /** Issues a certificate for a server or a client. */
  issue (request: IssueRequest): Issued
  /** Issues another authority below this one. */
  intermediate (name: string): Authority
}

export interface IssueRequest {
  /** Common name. */
  cn: string
  /** DNS names and IP addresses. Default: localhost and 127.0.0.1. An empty list leaves the common name alone. */
  san?: readonly string[]
  /** Valid from a day ago for so many days from now. Default 2; negative = expired. */
  days?: number
  notBefore?: Date
  notAfter?: Date
  /** Default `ec` (P-256); `rsa` has 2048 bits. */
  key?: 'ec' | 'rsa'
  /** What the issuer signs with. Default `sha256`; `sha1` is no longer accepted. */
  hash?: 'sha1' | 'sha256'
}

interface Signer { readonly name: string, readonly privateKey: KeyObject }

const day = 86_400_000
const local = ['localhost', '127.0.0.1']

/**
 * Makes a root certificate authority.
 *
 * @param permitted DNS names that it may issue certificates for (RFC 5280, 4.2.1.10). Default: any
 */
export function createAuthority (name: string, { permitted = [] }: { permitted?: readonly string[] } = {}): Authority {
  return makeAuthority(name, null, permitted)
}

/** Creates a self-signed certificate that is not an authority. */
export function selfSigned (request: IssueRequest): Issued {
  return makeCertificate(request, null, extensionsOfLeaf(request))
}

/** Encrypts a private key with a passphrase. */
export function encryptKey (key: string, passphrase: string): string {
  return createPrivateKey(key).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-128-cbc', passphrase }) as string
}

/** Writes texts to a temporary folder that goes with the test, and gives their paths by name. */
export function writeFiles <Name extends string> (t: Teardown, files: Record<Name, string>): { folder: string } & Record<Name, string> {
  const folder = mkdtempSync(join(tmpdir(), 'floodgate-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  const paths: Record<string, string> = { folder }
  for (const [name, text] of Object.entries<string>(files)) {
    paths[name] = join(folder, name)
    writeFileSync(join(folder, name), text)
  }
  return paths as { folder: string } & Record<Name, string>
}

function makeAuthority (name: string, parent: Signer | null, permitted: readonly string[] = []): Authority {
  const constraints = extension('2.5.29.19', sequence(der(0x01, Buffer.from([0xff]))), true)
  const names = extension(
    '2.5.29.30',
    sequence(der(0xa0, ...permitted.map((permittedName) => sequence(der(0x82, Buffer.from(permittedName)))))),
    true
  )
  const issued = makeCertificate({ cn: name, san: [] }, parent, permitted.length > 0 ? [constraints, names] : [constraints])
  const signer = { name, privateKey: createPrivateKey(issued.key) }
  return {
    ...issued,
    name,
    issue: (request) => makeCertificate(request, signer, extensionsOfLeaf(request)),
    intermediate: (below) => makeAuthority(below, signer)
  }
}

function makeCertificate (
  { cn, days = 2, key = 'ec', hash = 'sha256', ...request }: IssueRequest,
  signer: Signer | null,
  extensions: Buffer[]
): Issued {
  const { privateKey } = key === 'rsa'
    ? generateKeyPairSync('rsa', { modulusLength: 2048 })
    : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const notAfter = request.notAfter ?? new Date(Date.now() + days * day)
  const notBefore = request.notBefore ?? new Date(Math.min(Date.now(), notAfter.getTime()) - day)
  const signing = signer?.privateKey ?? privateKey
  const algorithm = signatureAlgorithm(signing, hash)
  // RFC 5280, 4.1: TBSCertificate, version 3.
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([0x01]), randomBytes(15)])),
    algorithm,
    distinguishedName(signer?.name ?? cn),
    sequence(time(notBefore), time(notAfter)),
    distinguishedName(cn),
    createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
    ...(extensions.length ? [der(0xa3, sequence(...extensions))] : [])
  )
  const certificate = sequence(body, algorithm, der(0x03, Buffer.from([0]), sign(hash, body, signing)))
  return { cert: pem('CERTIFICATE', certificate), key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string }
}

function extensionsOfLeaf ({ san = local }: IssueRequest): Buffer[] {
  if (san.length === 0) return []
  const names = san.map((name) => isIP(name) ? der(0x87, addressBytes(name)) : der(0x82, Buffer.from(name)))
  return [extension('2.5.29.17', sequence(...names), false)]
}

function addressBytes (address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number))
  const [head = '', tail = ''] = address.split('::').map(
    (half) => half.split(':').filter(Boolean).map((group) => group.padStart(4, '0')).join('')
  )
  return Buffer.from(head + '0'.repeat(32 - head.length - tail.length) + tail, 'hex')
}

function signatureAlgorithm (key: KeyObject, hash: 'sha1' | 'sha256'): Buffer {
  return key.asymmetricKeyType === 'rsa'
    ? sequence(oid(hash === 'sha1' ? '1.2.840.113549.1.1.5' : '1.2.840.113549.1.1.11'), der(0x05))
    : sequence(oid(hash === 'sha1' ? '1.2.840.10045.4.1' : '1.2.840.10045.4.3.2'))
}

function distinguishedName (cn: string): Buffer {
  return sequence(der(0x31, sequence(oid('2.5.4.3'), der(0x0c, Buffer.from(cn)))))
}

function extension (id: string, value: Buffer, critical: boolean): Buffer {
  return sequence(oid(id), ...(critical ? [der(0x01, Buffer.from([0xff]))] : []), der(0x04, value))
}

function time (date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, '')
  return date.getUTCFullYear() < 2050 ? der(0x17, Buffer.from(digits.slice(2))) : der(0x18, Buffer.from(digits))
}

function oid (dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [first * 40 + second]
  for (const part of rest) {
    const groups = [part & 0x7f]
    for (let left = part >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80)
    bytes.push(...groups)
  }
  return der(0x06, Buffer.from(bytes))
}

function sequence (...parts: Buffer[]): Buffer {
  return der(0x30, ...parts)
}

function der (tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const length = content.length
  const header = length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from(header), content])
}

function pem (label: string, content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
