import { statSync } from 'node:fs'
import { originOf } from '@floodgate/config-loader'
import type { Place } from '@floodgate/core'
import type { TlsSettings } from '@floodgate/settings'
import { describeCertificates, type CertificateInfo } from '@floodgate/tls'
import { at, type Rule, type Subject } from '../rule.ts'
import { tlsBlocks } from './tls-blocks.ts'

const day = 86_400_000
const soon = 30 * day

/** Public bundles always contain some expired certificates. */
const bundle = 16

/** Problems of certificate and key files. */
export const certificateRules: readonly Rule[] = [
  {
    id: 'certificate-expired',
    severity: 'CRITICAL',
    message: 'a certificate has expired',
    remedy: 'renew it',
    find: (subject) =>
      certificates(subject).flatMap(({ info, place }) => at(place, expiry(info) <= subject.now.getTime(), `the certificate ${name(info)} expired on ${info.validTo.slice(0, 10)}`))
  },
  {
    id: 'certificate-expires-soon',
    severity: 'MEDIUM',
    message: 'a certificate expires within 30 days',
    remedy: 'renew it',
    find: (subject) => certificates(subject).flatMap(({ info, place }) => {
      const left = expiry(info) - subject.now.getTime()
      return at(place, left > 0 && left < soon, `the certificate ${name(info)} expires on ${info.validTo.slice(0, 10)}, in ${days(Math.floor(left / day))}`)
    })
  },
  {
    id: 'readable-key',
    severity: 'HIGH',
    message: 'any user of this machine may read a private key',
    remedy: 'remove the permission of other users: chmod o-rwx',
    find: (subject) => keys(subject).flatMap(({ file, place }) => at(place, isReadableByOthers(file), `any user of this machine may read the private key ${file}`))
  }
]

interface Located { readonly info: CertificateInfo, readonly place: Place }

function certificates (subject: Subject): Located[] {
  return distinct([
    ...tlsBlocks(subject).flatMap(({ tls, place }) => [
      ...tls.caCerts.flatMap((file, i) => describe({ ...tls, caCerts: [file], clientCerts: [] }, [...place, 'ca_certs', i])),
      ...tls.clientCerts.flatMap((pair, i) => describe({ ...tls, caCerts: [], clientCerts: [pair] }, [...place, 'client_certs', i, 'certificate']))
    ]),
    ...listenerPairs(subject).flatMap(({ publicKey, privateKey, place }) => describe({ caCerts: [], clientCerts: [{ certificate: publicKey, privateKey }] }, [...place, 'public_key']))
  ], ({ info, place }) => `${JSON.stringify(place)} ${info.fingerprint}`)
}

function describe (tls: Pick<TlsSettings, 'caCerts' | 'clientCerts'>, place: Place): Located[] {
  const { authorities, clientCertificates } = describeCertificates(tls as TlsSettings)
  const found = [...authorities, ...clientCertificates]
  return found.length > bundle ? [] : found.map((info) => ({ info, place }))
}

function keys (subject: Subject): { file: string, place: Place }[] {
  return [
    ...tlsBlocks(subject).flatMap(({ tls, place }) => tls.clientCerts.map(({ privateKey }, i) => ({ file: privateKey, place: [...place, 'client_certs', i, 'private_key'] }))),
    ...listenerPairs(subject).map(({ privateKey, place }) => ({ file: privateKey, place: [...place, 'private_key'] }))
  ]
}

/** The old form of a single pair is separate from the list, and is the last one in the model. */
function listenerPairs ({ loaded, model: { tls } }: Subject): { publicKey: string, privateKey: string, place: Place }[] {
  return (tls?.keys ?? []).map((pair, i) => {
    const listed: Place = ['tls', 'keys', i]
    return { ...pair, place: originOf(loaded, listed) === null ? ['tls'] : listed }
  })
}

function isReadableByOthers (file: string): boolean {
  if (process.platform === 'win32') return false
  try {
    return (statSync(file).mode & 0o004) !== 0
  } catch {
    return false
  }
}

function expiry ({ validTo }: CertificateInfo): number {
  return Date.parse(validTo)
}

function days (count: number): string {
  return count === 1 ? '1 day' : `${count} days`
}

function name ({ subject, file }: CertificateInfo): string {
  return `${subject || 'without a name'} (${file})`
}

function distinct (located: readonly Located[], key: (item: Located) => string): Located[] {
  return [...new Map(located.map((item) => [key(item), item])).values()]
}
