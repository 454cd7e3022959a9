import { describeCertificates } from '@floodgate/tls'
import { alertOf } from '@floodgate/tls'
import type { Evidence, Explanation, Subject } from './explanation.ts'

const refusals: Record<string, string> = {
  unknown_ca: 'it does not trust the authority that issued it',
  bad_certificate: 'it does not accept it',
  unsupported_certificate: 'it does not support certificates of this kind',
  certificate_revoked: 'it is revoked',
  certificate_expired: 'it has expired, or the clock there is wrong',
  certificate_unknown: 'it does not accept it',
  access_denied: 'its subject is not allowed',
  decrypt_error: 'its signature cannot be checked'
}

/** Explains a handshake that ended over the certificate of the client; null = that is not what is wrong. */
export function explainClientCertificate ({ cause, facts, settings: { tls }, words }: Evidence, { where }: Subject): Explanation | null {
  const client = facts?.clientCertificate
  const alert = alertOf(cause)
  const required = alert === 'certificate_required'
  if (!client?.asked) {
    return required
      ? {
          fault: 'client-certificate-required',
          problem: `${where} requires a client certificate${words.replaced('client_certs')}`,
          cure: words.advise({ client_certs: pairs })
        }
      : null
  }
  const issued = client.authorities.length === 0 ? '' : ` issued by ${listSome(client.authorities)}`
  if (client.sent === null) {
    const own = describeCertificates(tls).clientCertificates
    const { subject, place } = words.describe('client_certs')
    if (own.length === 0) {
      return {
        fault: 'client-certificate-required',
        problem: `${where} requires a client certificate${issued}, and ${subject} has none${place}${words.replaced('client_certs')}`,
        cure: `have one issued${issued === '' ? ' by its operator' : ''} and ${words.advise({ client_certs: pairs })}`
      }
    }
    return {
      fault: 'client-certificate-required',
      problem: `${where} requires a client certificate${issued}, and none of client_certs${place} matches: ${own.map(({ subject, issuer }) => `${subject}, issued by ${issuer}`).join('; ')}`,
      cure: 'have one issued by an authority that it names, and add it to client_certs'
    }
  }
  const { place } = words.describe('client_certs')
  const why = alert === null ? 'it closed the connection after the handshake without a reason' : refusals[alert] ?? `its alert: ${alert}`
  const old = client.sent.validTo < new Date().toISOString() ? `; it expired on ${client.sent.validTo.slice(0, 10)}` : ''
  return {
    fault: 'client-certificate-rejected',
    problem: `${where} rejects the client certificate ${client.sent.subject || 'without a subject'}, issued by ${client.sent.issuer}${place}: ${why}${old}`,
    cure: client.authorities.length > 0 && alert !== 'unknown_ca'
      ? `ask its operator what the certificate lacks, or name another pair in client_certs; it accepts those issued by ${listSome(client.authorities)}`
      : 'have its operator trust that authority, or name a pair in client_certs that is issued by one it trusts'
  }
}

const pairs = [{ certificate: './client.pem', private_key: './client.key' }]

function listSome (names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(' or ')} or one of ${names.length - 3} more` : names.join(' or ')
}
