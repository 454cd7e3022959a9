import { createHash } from 'node:crypto'
import { readRegularFile } from './read-file.ts'
import type { CertificateFiles } from '@floodgate/settings'
import { readAnchors, type Anchor } from '../trust/trust-anchors.ts'

/** Reads a file as text. */
export type ReadFile = (path: string) => string

/** Contents of the files of a `client_tls`, read at one moment. The keys are secret. */
export interface TlsFiles {
  /** One list per file of `ca_certs`. */
  readonly authorities: readonly (readonly Anchor[])[]
  readonly clientCertificates: readonly { readonly certificate: string, readonly privateKey: string }[]
}

const none: TlsFiles = { authorities: [], clientCertificates: [] }

/** Reads the current content of a file; each byte becomes a character, so that no byte is lost. */
export const readText: ReadFile = (path) => readRegularFile(path).toString('latin1')

/** Creates a reader that reads each file once, so that all its users see the same state. */
export function readOnce (): ReadFile {
  const seen = new Map<string, () => string>()
  return (path) => {
    let give = seen.get(path)
    if (give === undefined) seen.set(path, give = attempt(path))
    return give()
  }
}

/** Returns every file that settings name. */
export function listTlsFiles (settings: CertificateFiles | null): string[] {
  if (!settings) return []
  return [...settings.caCerts, ...settings.clientCerts.flatMap(({ certificate, privateKey }) => [certificate, privateKey])]
}

/** Hashes the contents of the files: equal texts have equal digests. A file that cannot be read counts as its error. */
export function digestTlsFiles (settings: CertificateFiles | null, read: ReadFile): string {
  const hash = createHash('sha256')
  for (const path of listTlsFiles(settings)) {
    try {
      hash.update(createHash('sha256').update(read(path)).digest())
    } catch (error) {
      hash.update(String((error as NodeJS.ErrnoException).code))
    }
  }
  return hash.digest('base64')
}

/**
 * Reads every file that settings name. Files with the same text share their anchors, however many settings name them.
 *
 * @throws the error of the file system; `parseClientTls` and `checkTlsFiles` find those earlier and report the key that
 * names the file
 */
export function readTlsFiles (settings: CertificateFiles | null, read: ReadFile = readText): TlsFiles {
  if (!settings) return none
  return {
    authorities: settings.caCerts.map((path) => shareAnchors(read(path))),
    clientCertificates: settings.clientCerts.map(({ certificate, privateKey }) => ({
      certificate: read(certificate),
      privateKey: read(privateKey)
    }))
  }
}

function attempt (path: string): () => string {
  try {
    const text = readText(path)
    return () => text
  } catch (error) {
    return () => { throw error }
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
