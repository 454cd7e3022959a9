import { createHash, createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { resolve } from 'node:path'
import tls from 'node:tls'
import { certificateBlock, findCertificates, type CertificateFacts } from '../certificates/certificates.ts'
import { below, type CertificateFiles, collectProblems, isPasted, type NoteProblem, type SettingProblem } from '@floodgate/settings'
import { listTlsFiles, readText, type ReadFile } from './tls-files.ts'

/**
 * Returns why files of settings cannot be used, for the code that watches them. A file that ends in the middle of a
 * block is still being written and cannot be used yet. Paths are those of a `client_tls`.
 *
 * @param warnings receives warnings: certificates that have expired
 */
export function checkTlsFiles (
  settings: CertificateFiles | null,
  read: ReadFile = readText,
  warnings: SettingProblem[] = []
): SettingProblem[] {
  const problems: SettingProblem[] = []
  const note = collectProblems(problems)
  const warn = collectProblems(warnings)
  settings?.caCerts.forEach(
    (file, index) => { checkAuthority(file, below(note, ['ca_certs', index]), below(warn, ['ca_certs', index]), read) }
  )
  settings?.clientCerts.forEach(
    (pair, index) => { checkClientCertificate(pair, below(note, ['client_certs', index]), below(warn, ['client_certs', index]), read) }
  )
  for (const file of problems.length > 0 ? [] : listTlsFiles(settings)) {
    if (isCut(read(file))) {
      note(
        [],
        {
          code: 'cut-off',
          value: file,
          message: `${describeFile(file)} ends in the middle of a block`,
          instead: 'write the complete file, ideally under another name, and rename it'
        }
      )
    }
  }
  return problems
}

function isCut (text: string): boolean {
  return text.split('-----BEGIN ').length !== text.split('-----END ').length
}

/** Reports why a file of `ca_certs` cannot be used: one valid certificate is enough. */
export function checkAuthority (file: string, note: NoteProblem, warn: NoteProblem, read: ReadFile = readText): void {
  const text = readFile(file, [], note, read)
  if (text === null) return
  const { total, valid } = findCertificates(text)
  if (valid.length === 0) {
    note(
      [],
      {
        code: 'no-certificate',
        value: file,
        message: `${describeFile(file)} ${describeContent(text)}`,
        instead: 'name a PEM file with at least one certificate ("-----BEGIN CERTIFICATE-----")'
      }
    )
  } else if (valid.length < total) {
    warn(
      [],
      {
        code: 'broken-certificate',
        value: file,
        message: `${total - valid.length} of the ${total} certificates in ${describeFile(file)} cannot be parsed and are ignored`
      }
    )
  }
  warnOfDates(valid, file, [], warn)
}

const usablePairs = new Set<string>()

/**
 * Reports why a pair of `client_certs` cannot be used. Equal files are checked once, because a check takes three
 * milliseconds.
 */
export function checkClientCertificate (
  pair: CertificateFiles['clientCerts'][number],
  note: NoteProblem,
  warn: NoteProblem,
  read: ReadFile = readText
): void {
  const chain = readFile(pair.certificate, ['certificate'], note, read)
  const keyText = readFile(pair.privateKey, ['private_key'], note, read)
  const digest = createHash('sha256').update(chain ?? '').update('\0').update(keyText ?? '').digest('base64')
  if (!usablePairs.has(digest)) {
    const leaf = chain === null ? null : findLeaf(pair.certificate, chain, note)
    const key = keyText === null ? null : findKey(pair.privateKey, keyText, note)
    if (!chain || !keyText || !leaf || !key || !isPair(pair, { leaf, key, chain, keyText }, note)) return
    if (usablePairs.size >= 1000) usablePairs.clear()
    usablePairs.add(digest)
  }
  warnOfDates(findCertificates(chain!).valid.slice(0, 1), pair.certificate, ['certificate'], warn)
}

interface PairContent { leaf: X509Certificate, key: KeyObject, chain: string, keyText: string }

function isPair (files: CertificateFiles['clientCerts'][number], { leaf, key, chain, keyText }: PairContent, note: NoteProblem): boolean {
  if (!leaf.checkPrivateKey(key)) {
    note(
      ['private_key'],
      {
        code: 'key-mismatch',
        value: files.privateKey,
        message: `${describeFile(files.privateKey)} is not the key of the certificate in ${describeFile(files.certificate)}`,
        instead: 'name the key that the certificate was issued for'
      }
    )
    return false
  }
  try {
    tls.createSecureContext({ ca: [], cert: chain, key: keyText })
    return true
  } catch (error) {
    note(
      [],
      {
        code: 'unusable-pair',
        message: `${describeFile(files.certificate)} cannot be used for TLS (${(error as Error).message})`,
        instead: 'issue a certificate with a stronger key or signature'
      }
    )
    return false
  }
}

function findLeaf (file: string, text: string, note: NoteProblem): X509Certificate | null {
  const first = text.match(certificateBlock)?.[0]
  const leaf = first === undefined ? null : readCertificate(first)
  if (!leaf) {
    note(
      ['certificate'],
      {
        code: 'no-certificate',
        value: file,
        message: `${describeFile(file)} ${first === undefined ? describeContent(text) : 'begins with a certificate that cannot be parsed'}`,
        instead: 'name a PEM file that begins with the certificate of the key'
      }
    )
  }
  return leaf
}

function findKey (file: string, text: string, note: NoteProblem): KeyObject | null {
  const block = /-----BEGIN ((?:[A-Z0-9]+ )*)PRIVATE KEY-----[^]*?-----END \1PRIVATE KEY-----/.exec(text)?.[0]
  const refuse = (code: string, message: string, instead: string): null => {
    note(['private_key'], { code, value: file, message: `${describeFile(file)} ${message}`, instead })
    return null
  }
  if (block === undefined) {
    return refuse(
      'no-key',
      text.includes('-----BEGIN') ? 'contains no private key' : describeContent(text),
      'name a PEM file with a private key ("-----BEGIN PRIVATE KEY-----")'
    )
  }
  // OpenSSL's error for an encrypted key is misleading.
  if (/ENCRYPTED/.test(block)) {
    return refuse(
      'encrypted-key',
      'contains an encrypted private key, which is not supported',
      'decrypt it: openssl pkey -in encrypted.key -out plain.key'
    )
  }
  try {
    return createPrivateKey(block)
  } catch {
    return refuse('no-key', 'contains a private key that cannot be parsed', 'name a PEM file with an EC, RSA or Ed25519 key')
  }
}

function readFile (file: string, path: readonly string[], note: NoteProblem, read: ReadFile): string | null {
  const refuse = (message: string, instead: string): null => {
    note(path, { code: 'unreadable-file', value: file, message, instead })
    return null
  }
  if (file === '') return refuse('is not a path', 'write the path of a PEM file')
  if (isPasted(file)) return refuse('is the content of a file instead of its path', 'write the content to a file and set its path')
  try {
    return read(file)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    const reasons: Record<string, string> = {
      ENOENT: 'does not exist',
      EISDIR: 'is a directory',
      ENOTDIR: 'does not exist',
      EACCES: 'is not readable for this user',
      ENOTFILE: 'is a device, a pipe or a socket, not a regular file',
      EFBIG: 'is larger than 16 MiB'
    }
    const relative = resolve(file) !== file ? '; relative paths start at the working directory' : ''
    return refuse(
      `${describeFile(file)} ${reasons[code] ?? `cannot be read (${code})`}${code === 'EISDIR' ? '' : relative}`,
      code === 'EISDIR' ? 'list the files in it one by one' : 'correct the path, or put the file there'
    )
  }
}

/** Returns the path as it was written, and the absolute path if it differs. */
function describeFile (file: string): string {
  const full = resolve(file)
  return full === file ? file : `${file} (${full})`
}

function describeContent (text: string): string {
  if (text.trim() === '') return 'is empty'
  if (/-----BEGIN CERTIFICATE-----/.test(text)) return 'contains no certificate that can be parsed'
  if (/-----BEGIN/.test(text)) return 'contains no certificate'
  return text.charCodeAt(0) === 0x30 ? 'is not PEM; it may be DER: openssl x509 -inform der converts it' : 'is not PEM'
}

function warnOfDates (certificates: readonly CertificateFacts[], file: string, path: readonly string[], warn: NoteProblem): void {
  // In a public bundle, expired certificates are normal.
  if (certificates.length > 16) return
  const now = new Date().toISOString()
  for (const { subject, validTo } of certificates) {
    if (validTo < now) {
      warn(
        path,
        {
          code: 'expired',
          value: file,
          message: `the certificate ${subject} in ${describeFile(file)} expired on ${validTo.slice(0, 10)}`,
          instead: 'renew it'
        }
      )
    }
  }
}

function readCertificate (pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem)
  } catch {
    return null
  }
}
