/** Issuer and subject of a certificate: DER as binary strings, so that equal names are equal strings. */
export interface CertificateNames {
  readonly issuer: string
  readonly subject: string
}

interface Element { readonly tag: number, readonly start: number, readonly content: number, readonly end: number }

const certificateBlock = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----/g

/** Reads the names of all certificates of a PEM text; other blocks are skipped, as in Go's `AppendCertsFromPEM`. */
export function readNamesOfAll (text: string): ({ pem: string } & CertificateNames)[] {
  return [...text.matchAll(certificateBlock)].flatMap(([pem, body = '']) => {
    const names = readNames(Buffer.from(body, 'base64'))
    return names ? [{ pem, ...names }] : []
  })
}

/** Reads the names of a certificate in DER (RFC 5280, 4.1); null if it is not a certificate. */
export function readNames (der: Buffer): CertificateNames | null {
  const certificate = readElement(der, 0)
  const body = certificate?.tag === 0x30 ? readElement(der, certificate.content) : null
  if (body?.tag !== 0x30) return null
  const fields: Element[] = []
  for (let at = body.content; at < body.end && fields.length < 6;) {
    const field = readElement(der, at)
    if (!field) return null
    // The version is optional, and the only context-specific element before the names.
    if (field.tag !== 0xa0) fields.push(field)
    at = field.end
  }
  const [, , issuer, , subject] = fields
  if (issuer?.tag !== 0x30 || subject?.tag !== 0x30) return null
  return { issuer: der.toString('latin1', issuer.start, issuer.end), subject: der.toString('latin1', subject.start, subject.end) }
}

// The attributes of names (X.520) with OpenSSL's abbreviations, by the content of their object identifiers.
const attributes: Record<string, string> = {
  550403: 'CN',
  550406: 'C',
  550407: 'L',
  550408: 'ST',
  '55040a': 'O',
  '55040b': 'OU',
  '0992268993f22c640119': 'DC'
}

/** Formats a DER name of {@link CertificateNames}: `C=DE, O=Example, CN=an authority`. */
export function writeName (name: string): string {
  const der = Buffer.from(name, 'latin1')
  const parts: string[] = []
  const walk = (at: number, end: number): void => {
    for (let element = readElement(der, at); element && at < end; element = readElement(der, at)) {
      const type = element.tag === 0x30 ? readElement(der, element.content) : null
      const value = type?.tag === 0x06 ? readElement(der, type.end) : null
      if (type && value) {
        const key = der.toString('hex', type.content, type.end)
        parts.push(`${attributes[key] ?? key}=${der.toString('utf8', value.content, value.end)}`)
      } else if (element.tag === 0x30 || element.tag === 0x31) {
        walk(element.content, element.end)
      }
      at = element.end
    }
  }
  walk(0, der.length)
  return parts.join(', ')
}

function readElement (der: Buffer, start: number): Element | null {
  const tag = der[start]
  const first = der[start + 1]
  if (tag === undefined || first === undefined) return null
  let content = start + 2
  let length = first
  if (first > 0x80 && first <= 0x84) {
    length = 0
    for (const last = content + (first & 0x7f); content < last; content++) length = length * 256 + (der[content] ?? 0)
  } else if (first >= 0x80) {
    return null
  }
  const end = content + length
  return end <= der.length ? { tag, start, content, end } : null
}
