import { allSuites, defaultSuites, goSuites, suiteId } from '@floodgate/tls'
import { allCurves, curveId, defaultCurves } from '@floodgate/tls'
import type { TlsSettings, TlsVersion } from '@floodgate/settings'
import { isOlder, tlsVersions } from '@floodgate/tls'
import type { Peer } from './dial-trace.ts'

/** What a server takes that these settings do not offer, and what to change in them so that it goes on. */
export interface Explored {
  /** Versions that the server speaks, oldest first. */
  readonly versions: readonly TlsVersion[]
  /** IANA numbers of what it takes where that is at fault; empty = it is not. */
  readonly suites: readonly number[]
  readonly curves: readonly number[]
  /** Values for `client_tls`. */
  readonly changes: Partial<Pick<TlsSettings, 'minVersion' | 'maxVersion' | 'cipherSuites' | 'curvePreferences'>>
}

/** Shakes hands with these settings; null = nothing was agreed on. */
export type Shake = (tls: TlsSettings) => Promise<Peer | null>

const spoken = tlsVersions.filter((version) => version !== 'SSL3.0')
// Enough to choose from; a server with more of them fails for another reason.
const maxSuites = 8

/**
 * Finds out by further handshakes what keeps a server and settings from agreeing: it is offered more, one thing after
 * the other.
 *
 * @returns null when it takes nothing that this gateway has
 */
export async function exploreTls (settings: TlsSettings | null, shake: Shake): Promise<Explored | null> {
  const own = spellOut(settings)
  const wide: TlsSettings = { ...own, cipherSuites: allSuites, curvePreferences: allCurves }
  const versions = await keepWhere(spoken, (version) => shake({ ...wide, minVersion: version, maxVersion: version }))
  if (versions.length === 0) return null
  const usable = versions.filter((version) => !isOlder(version, own.minVersion) && !isOlder(own.maxVersion, version))
  const version = usable.at(-1) ?? versions.at(-1)!
  const changes: { -readonly [Key in keyof Explored['changes']]: Explored['changes'][Key] } = {}
  if (isOlder(version, own.minVersion)) changes.minVersion = version
  if (isOlder(own.maxVersion, version)) changes.maxVersion = version

  const narrow: TlsSettings = { ...own, minVersion: version, maxVersion: version }
  let suites: number[] = []
  let curves: number[] = []
  if (!await shake(narrow)) {
    const byCurves = await shake({ ...narrow, curvePreferences: allCurves })
    const suitesHelp = byCurves === null && await shake({ ...narrow, cipherSuites: allSuites }) !== null
    if (byCurves === null) suites = await listSuites({ ...narrow, curvePreferences: allCurves }, shake)
    if (!suitesHelp) {
      curves = await keepWhere(
        allCurves,
        (curve) => shake({ ...narrow, ...byCurves === null && { cipherSuites: allSuites }, curvePreferences: [curve] })
      )
    }
    // A certificate may need a curve of its own beside the one that is agreed on (TLS 1.2).
    if (curves.length === 0 && byCurves?.curve) curves = [curveId(byCurves.curve) ?? []].flat()
    if (suites.length > 0) changes.cipherSuites = [...own.cipherSuites, suites[0]!]
    if (curves.length > 0) changes.curvePreferences = [...own.curvePreferences, curves[0]!]
  }
  return { versions, suites, curves, changes }
}

/** The settings with their defaults written out, and without verifying certificates. */
function spellOut (settings: TlsSettings | null): TlsSettings {
  const open = { allowInsecureConnections: true, caCerts: [], disableSystemCaPool: true }
  if (settings === null) {
    return { ...open, clientCerts: [], minVersion: 'TLS12', maxVersion: 'TLS13', cipherSuites: goSuites, curvePreferences: allCurves }
  }
  const { clientCerts, minVersion, maxVersion, cipherSuites, curvePreferences } = settings
  return {
    ...open,
    clientCerts,
    minVersion,
    maxVersion,
    cipherSuites: cipherSuites.length > 0 ? cipherSuites : defaultSuites,
    curvePreferences: curvePreferences.length > 0 ? curvePreferences : defaultCurves
  }
}

/** Asks which suites a server takes, those first that are best: it chooses one, and is asked again without that. */
async function listSuites (tls: TlsSettings, shake: Shake): Promise<number[]> {
  const taken: number[] = []
  while (taken.length < maxSuites) {
    const peer = await shake({ ...tls, cipherSuites: allSuites.filter((id) => !taken.includes(id)) })
    const id = peer?.suite ? suiteId(peer.suite.openssl) : null
    if (id === null || taken.includes(id)) break
    taken.push(id)
  }
  return taken.sort((a, b) => allSuites.indexOf(a) - allSuites.indexOf(b))
}

async function keepWhere <Value> (values: readonly Value[], shake: (value: Value) => Promise<Peer | null>): Promise<Value[]> {
  const kept = await Promise.all(values.map(async (value) => await shake(value) === null ? [] : [value]))
  return kept.flat()
}
