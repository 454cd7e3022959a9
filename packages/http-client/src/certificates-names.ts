/** Issuer and subject of a certificate: DER as binary text, so that equal names are equal texts. */
export interface CertificateNames {
  readonly issuer: string
  readonly subject: string
}

interface Element { readonly tag: number, readonly start: number, readonly content: number, readonly end: number }

const certificateBlock = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----/g

/** Reads the names of all certificates of a PEM text; what is none is passed over, as Go's `AppendCertsFromPEM` does. */
export function readNamesOfAll (text: string): ({ pem: string } & CertificateNames)[] {
  return [...text.matchAll(certificateBlock)].flatMap(([pem, body = '']) => {
    const names = readNames(Buffer.from(body, 'base64'))
    return names ? [{ pem, ...names }] : []
  })
}

/** Reads the names of a certificate in DER (RFC 5280, 4.1); null = not a certificate. */
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
