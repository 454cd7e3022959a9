import { isIP } from 'node:net'
import { isCertificateError } from '@floodgate/tls'
import { describeCertificates, type CertificateFacts } from '@floodgate/tls'
import { listKeys } from '@floodgate/tls'
import type { TlsSettings } from '@floodgate/settings'
import type { SettingDescriptions } from './setting-descriptions.ts'
import type { Evidence, Explanation, Subject } from './explanation.ts'

/** Explains a certificate of the server that is not accepted; null = that is not what is wrong. */
export function explainCertificate (
  { error, cause, facts, settings: { tls, own: mine }, trace, words }: Evidence,
  { host, where, setting }: Subject
): Explanation | null {
  const chain = facts?.chain ?? []
  const [leaf] = chain
  switch (cause) {
    case 'DEPTH_ZERO_SELF_SIGNED_CERT': return {
      fault: 'self-signed',
      problem: `the certificate of ${where}, ${nameOf(leaf)}, is self-signed, and ${trusted(tls, words)}`,
      cure: `check that it is the right one (SHA-256 ${leaf?.fingerprint}) and ${adviseAuthority(tls, words, facts?.version ?? null)}, or have an authority issue it`
    }
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'SELF_SIGNED_CERT_IN_CHAIN': {
      const top = chain.at(-1)
      const sent = top !== undefined && top.issuer === top.subject ? 'which comes with it, ' : ''
      const missing = sent === '' ? `; if that is an intermediate, ${where} should send it along` : ''
      return {
        fault: 'unknown-authority',
        problem: `the certificate of ${where} is issued by ${top?.issuer ?? 'an authority'}, ${sent}and ${trusted(tls, words)}${words.replaced('ca_certs')}`,
        cure: `get the certificate of ${top?.issuer ?? 'that authority'} from its operator and ${adviseAuthority(tls, words, facts?.version ?? null)}${missing}`
      }
    }
    case 'CERT_HAS_EXPIRED': {
      const now = new Date().toISOString()
      const expired = chain.find(({ validTo }) => validTo < now) ?? leaf
      const own = describeCertificates(tls).authorities.find(({ fingerprint }) => fingerprint === expired?.fingerprint)
      if (own) {
        return {
          fault: 'expired',
          problem: `the authority ${nameOf(own)}, which issued the certificate of ${where}, expired on ${date(own.validTo)}`,
          cure: `put its new certificate into ${own.file}${words.at('client_tls.ca_certs')}`
        }
      }
      return {
        fault: 'expired',
        problem: expired === leaf
          ? `the certificate of ${where}, ${nameOf(leaf)}, expired on ${date(leaf?.validTo)}`
          : `the certificate of ${where} is issued by ${nameOf(expired)}, which expired on ${date(expired?.validTo)}`,
        cure: 'renew it on that server; until then no client that checks certificates can use it'
      }
    }
    case 'CERT_NOT_YET_VALID': {
      const now = new Date().toISOString()
      const early = chain.find(({ validFrom }) => validFrom > now) ?? leaf
      return {
        fault: 'not-yet-valid',
        problem: `the certificate of ${where}, ${nameOf(early)}, is not valid before ${early?.validFrom.slice(0, 19)}Z, and the clock of this machine says ${now.slice(0, 19)}Z`,
        cure: 'correct the clock of this machine if it is wrong, or install a certificate that is already valid on that server'
      }
    }
    case 'ERR_TLS_CERT_ALTNAME_INVALID': {
      if (leaf !== undefined && leaf.names.length === 0) {
        return {
          fault: 'common-name-only',
          problem: `the certificate of ${where} has this name only in its subject (${leaf.subject || 'which is empty'}), which clients ignore`,
          cure: `have it reissued with the subject alternative name ${isIP(host) ? 'IP Address' : 'DNS'}:${host}`
        }
      }
      const isProxy = trace.step?.isProxy ?? false
      if (!isProxy && mine?.servername !== undefined) {
        return {
          fault: 'wrong-name',
          problem: `the certificate of ${where} is for ${leaf?.names.join(', ')}, not for ${mine.servername}, which servername${words.at('floodgate.servername')} says`,
          cure: 'write one of those names there, or have the certificate reissued'
        }
      }
      return {
        fault: 'wrong-name',
        problem: `the certificate of ${where} is for ${leaf?.names.join(', ')}, not for ${host}`,
        cure: `call it by one of those names in ${setting()}, or have the certificate reissued for ${host}${isProxy ? '' : '; where neither can be, set "floodgate": { "servername": … } in backend/http/client'}`
      }
    }
    case 'CERT_KEY_NOT_PINNED': {
      return {
        fault: 'key-not-pinned',
        problem: `none of the keys in the certificates of ${where} is pinned${words.at('floodgate.pins')}`,
        cure: `if the server is the right one, pin its key: ${listKeys(trace.peers.origin?.chain ?? [])[0] ?? ''}`
      }
    }
    default: {
      if (!isCertificateError(cause)) return null
      const why = cause === 'UNSPECIFIED' && error.cause instanceof Error ? error.cause.message : cause
      return {
        fault: 'certificate',
        problem: `the certificate of ${where}, ${nameOf(leaf)}, is not accepted (${why})`,
        cure: `have it reissued, or ask its authority, ${leaf?.issuer ?? ''}, what is wrong with it`
      }
    }
  }
}

function nameOf (facts: CertificateFacts | undefined): string {
  return facts?.subject || facts?.names[0] || 'which has no name'
}

function date (time: string | undefined): string {
  return time?.slice(0, 10) ?? 'an unknown date'
}

/** Returns what certificates may be issued by. */
function trusted (tls: TlsSettings | null, words: SettingDescriptions): string {
  const system = tls?.disableSystemCaPool ? [] : ['the authorities of the system']
  const own = describeCertificates(tls).authorities.map(nameOf)
  const { subject, place } = words.describe('ca_certs')
  if (own.length === 0 && system.length === 0) {
    return `nothing is trusted here, because disable_system_ca_pool${words.at('client_tls.disable_system_ca_pool')} leaves no authority without ca_certs`
  }
  if (own.length === 0) return `${subject} trusts only ${system[0]}${place}`
  const shown = own.length > 3 ? [...own.slice(0, 3), `${own.length - 3} more`] : own
  return `only ${[shown.join(', '), ...system].join(' and ')} are trusted${place === '' ? '' : `, by ${subject}${place}`}`
}

function adviseAuthority (tls: TlsSettings | null, words: SettingDescriptions, version: string | null): string {
  if (tls !== null && words.isSet('client_tls.ca_certs') && tls.caCerts.length > 0) {
    return `add its file to ca_certs${words.at('client_tls.ca_certs')}`
  }
  // A client_tls demands TLS 1.3 where it does not say otherwise.
  return words.advise({ ca_certs: ['./authority.pem'], ...(tls === null && version === 'TLS 1.2' && { min_version: 'TLS12' }) })
}
