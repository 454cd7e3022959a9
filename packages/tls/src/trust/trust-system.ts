import { readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import tls from 'node:tls'
import { readRegularFile } from '../files/read-file.ts'
import { readAnchors, type Anchor } from './trust-anchors.ts'

/** The certificates that the machine trusts, in the lists where they were found. */
export interface SystemStore {
  /** Named by `SSL_CERT_FILE` or `NODE_EXTRA_CA_CERTS`. */
  readonly named: readonly Anchor[][]
  /** All other certificates; reads the disk at the first call. */
  rest (): readonly Anchor[][]
  /** PEM texts of the roots of servers seen so far: worth loading immediately. */
  readonly found: Set<string>
}

// The places where Go looks on Linux and the BSDs (crypto/x509, root_linux.go, root_bsd.go): the first existing file,
// and every folder.
const files = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
  '/usr/local/etc/ssl/cert.pem',
  '/usr/local/share/certs/ca-root-nss.crt'
]
const folders = ['/etc/ssl/certs', '/etc/pki/tls/certs', '/usr/local/share/certs']

const stores = new Map<string, SystemStore>()

/**
 * Finds the system's store of trusted certificates as Go does: `SSL_CERT_FILE` replaces its file, `SSL_CERT_DIR` its
 * folders. `NODE_EXTRA_CA_CERTS` adds to it, as everywhere in Node. A machine that has no store at all (slim images)
 * gets Node's bundled roots. Read once per process and environment, until it is forgotten.
 */
export function findSystemStore (env: NodeJS.ProcessEnv): SystemStore {
  const { SSL_CERT_FILE: file = '', SSL_CERT_DIR: dirs = '', NODE_EXTRA_CA_CERTS: extra = '' } = env
  const key = JSON.stringify([file, dirs, extra])
  let store = stores.get(key)
  if (!store) {
    store = openStore(file, dirs, extra)
    stores.set(key, store)
  }
  return store
}

/** Clears the cache, so that later calls read the disk again. */
export function forgetSystemStores (): void {
  stores.clear()
}

function openStore (file: string, dirs: string, extra: string): SystemStore {
  const named = [file, extra].filter(Boolean).map(readList)
  let rest: Anchor[][] | null = null
  return {
    named,
    found: new Set(),
    rest () {
      if (rest) return rest
      rest = file === '' ? readFirst(files) : []
      rest.push(...(dirs === '' ? folders : dirs.split(':').filter(Boolean)).map(readFolder))
      const configured = file !== '' || dirs !== ''
      if (!configured && rest.every((list) => list.length === 0)) rest.push(readPlatformStore())
      return rest
    }
  }
}

/** macOS and Windows do not keep their store in files; Node 22.15 and later can read it. */
function readPlatformStore (): Anchor[] {
  const ask = (tls as { getCACertificates?: (type: 'system') => string[] }).getCACertificates
  const found = ask && process.platform !== 'linux' ? ask('system') : []
  return readAnchors((found.length > 0 ? found : tls.rootCertificates).join('\n'))
}

function readFirst (paths: string[]): Anchor[][] {
  for (const path of paths) {
    const text = readText(path)
    if (text !== null) return [readAnchors(text)]
  }
  return []
}

function readFolder (folder: string): Anchor[] {
  const bodies = new Map<string, Anchor>()
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      // The hash links that OpenSSL requires beside each certificate point to files in the same folder.
      if (entry.isSymbolicLink() && !readlinkSync(path).includes('/')) continue
      for (const anchor of readList(path)) bodies.set(anchor.pem, anchor)
    }
  } catch {
    // A missing folder counts as empty.
  }
  return [...bodies.values()]
}

function readList (path: string): Anchor[] {
  return readAnchors(readText(path) ?? '')
}

function readText (path: string): string | null {
  try {
    return readRegularFile(path).toString('latin1')
  } catch {
    return null
  }
}
