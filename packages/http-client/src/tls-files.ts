import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { TlsSettings } from './settings.ts'
import { readAnchors, type Anchor } from './trust-anchors.ts'

/** What the files of a `client_tls` hold, read at one moment. The keys are secret. */
export interface TlsFiles {
  /** One list per file of `ca_certs`. */
  readonly authorities: readonly (readonly Anchor[])[]
  readonly clientCertificates: readonly { readonly certificate: string, readonly privateKey: string }[]
}

const none: TlsFiles = { authorities: [], clientCertificates: [] }

/**
 * Reads every file that a `client_tls` names. Files with the same text share their anchors, however many settings
 * name them.
 *
 * @throws the error of the file system; `parseClientTls` and `checkTlsFiles` find those before, and say which key names the file
 */
export function readTlsFiles (settings: TlsSettings | null): TlsFiles {
  if (!settings) return none
  return {
    authorities: settings.caCerts.map((path) => shareAnchors(readFileSync(path, 'latin1'))),
    clientCertificates: settings.clientCerts.map(({ certificate, privateKey }) => ({
      certificate: readFileSync(certificate, 'latin1'),
      privateKey: readFileSync(privateKey, 'latin1')
    }))
  }
}

const shared = new Map<string, WeakRef<Anchor[]>>()
const unused = new FinalizationRegistry<string>((digest) => { if (!shared.get(digest)?.deref()) shared.delete(digest) })

function shareAnchors (text: string): Anchor[] {
  const digest = createHash('sha256').update(text).digest('base64')
  const known = shared.get(digest)?.deref()
  if (known) return known
  const anchors = readAnchors(text)
  shared.set(digest, new WeakRef(anchors))
  unused.register(anchors, digest)
  return anchors
}
