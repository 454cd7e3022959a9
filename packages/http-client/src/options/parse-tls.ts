import { resolve } from 'node:path'
import { checkAuthority, checkClientCertificate, ignoredSuites, isOlder, usableCurves } from '@floodgate/tls'
import { ClientTlsOptions } from './options.ts'
import { below, collectProblems, defaultsOf, type NoteProblem, type SettingProblem, type TlsSettings } from '@floodgate/settings'
import { takeOptions, type Fitting } from './take-options.ts'

export interface ParsedClientTls {
  /** What can be made of it; defaults stand where something is wrong. */
  readonly tls: TlsSettings
  readonly problems: readonly SettingProblem[]
  readonly warnings: readonly SettingProblem[]
}

type Pair = TlsSettings['clientCerts'][number]

/** Reads a `client_tls`, and the files it names. Tells all problems at once; never throws. */
export function parseClientTls (raw: unknown): ParsedClientTls {
  const problems: SettingProblem[] = []
  const warnings: SettingProblem[] = []
  return { tls: readClientTls(raw, collectProblems(problems), collectProblems(warnings)), problems, warnings }
}

/** The same for callers that collect what is wrong with more than this. */
export function readClientTls (raw: unknown, note: NoteProblem, warn: NoteProblem): TlsSettings {
  const taken = takeOptions(ClientTlsOptions, raw, ['client_tls'], note) as Taken
  const options = { ...defaultsOf(ClientTlsOptions), ...taken }
  const tls: TlsSettings = {
    allowInsecureConnections: options.allow_insecure_connections,
    caCerts: readAuthorities(options.ca_certs, below(note, ['ca_certs']), below(warn, ['ca_certs'])),
    disableSystemCaPool: options.disable_system_ca_pool,
    clientCerts: readPairs(options.client_certs, below(note, ['client_certs']), below(warn, ['client_certs'])),
    minVersion: options.min_version,
    maxVersion: options.max_version,
    cipherSuites: options.cipher_suites.filter((id) => id !== undefined),
    curvePreferences: options.curve_preferences.filter((id) => id !== undefined)
  }
  // A version that is wrong already says nothing about the range.
  if (fits(raw, taken, 'min_version') && fits(raw, taken, 'max_version')) checkVersions(taken, tls, note)
  checkCurves(tls.curvePreferences, options.curve_preferences, below(note, ['curve_preferences']), below(warn, ['curve_preferences']))
  warnOfWeakness(tls, warn)
  return tls
}

/** The options as far as they fit; entries of lists that do not are undefined. */
type Taken = Fitting<ClientTlsOptions>

function readAuthorities (files: readonly (string | undefined)[], note: NoteProblem, warn: NoteProblem): string[] {
  return files.flatMap((file, index) => {
    if (file === undefined) return []
    checkAuthority(file, below(note, [index]), below(warn, [index]))
    return [resolve(file)]
  })
}

function readPairs (pairs: Readonly<NonNullable<Taken['client_certs']>>, note: NoteProblem, warn: NoteProblem): Pair[] {
  return pairs.flatMap((pair, index) => {
    if (pair?.certificate === undefined || pair.private_key === undefined) return []
    checkClientCertificate({ certificate: pair.certificate, privateKey: pair.private_key }, below(note, [index]), below(warn, [index]))
    return [{ certificate: resolve(pair.certificate), privateKey: resolve(pair.private_key) }]
  })
}

function fits (raw: unknown, taken: Taken, key: keyof Taken): boolean {
  return taken[key] !== undefined || (raw as Taken | null)?.[key] === undefined
}

function checkVersions (options: Taken, { minVersion, maxVersion }: TlsSettings, note: NoteProblem): void {
  if (isOlder(maxVersion, minVersion)) {
    const message = options.min_version === undefined
      ? `${maxVersion} is below the minimum, which is TLS13 where min_version does not say otherwise: no handshake can succeed`
      : `${maxVersion} is below min_version, ${minVersion}: no handshake can succeed`
    note(
      ['max_version'],
      {
        code: 'version-range',
        value: maxVersion,
        message,
        instead: `set "min_version": ${JSON.stringify(maxVersion)} too, or raise max_version`
      }
    )
  } else if (maxVersion === 'SSL3.0') {
    note(
      ['max_version'],
      {
        code: 'version-range',
        value: maxVersion,
        message: 'SSL 3.0 is spoken by no TLS library any more: no handshake can succeed',
        instead: 'raise max_version, at best to "TLS13"'
      }
    )
  }
}

/**
 * Says what is wrong with the suites and curves of a listener, by the paths of its `tls`.
 *
 * @param warnings filled with what has no effect
 */
export function checkTlsNumbers (
  { cipherSuites, curvePreferences, minVersion, maxVersion }: Pick<TlsSettings,
    | 'cipherSuites'
    | 'curvePreferences'
    | 'minVersion'
    | 'maxVersion'>,
  warnings: SettingProblem[]
): SettingProblem[] {
  const problems: SettingProblem[] = []
  const warn = collectProblems(warnings)
  checkCurves(
    curvePreferences,
    curvePreferences,
    below(collectProblems(problems), ['curve_preferences']),
    below(warn, ['curve_preferences'])
  )
  warnOfSuites({ cipherSuites, minVersion, maxVersion }, warn)
  return problems
}

function checkCurves (ids: readonly number[], listed: readonly (number | undefined)[], note: NoteProblem, warn: NoteProblem): void {
  const usable = usableCurves(ids)
  if (ids.length > 0 && usable.length === 0) {
    note(
      [],
      {
        code: 'no-usable-curve',
        message: `holds no usable curve: ${ids.join(', ')}`,
        instead: 'list some of 23 (P-256), 24 (P-384), 25 (P-521) and 29 (X25519), or leave the key out'
      }
    )
    return
  }
  listed.forEach((id, index) => {
    if (id !== undefined && !usable.includes(id)) {
      warn(
        [index],
        {
          code: 'ignored-curve',
          value: id,
          message: `the curve ${id} has no effect`,
          instead: 'list 23 (P-256), 24 (P-384), 25 (P-521) or 29 (X25519)'
        }
      )
    }
  })
}

function warnOfWeakness ({ allowInsecureConnections, minVersion, maxVersion, cipherSuites }: TlsSettings, warn: NoteProblem): void {
  if (allowInsecureConnections) {
    warn(
      ['allow_insecure_connections'],
      {
        code: 'insecure',
        value: true,
        message: 'certificates of upstreams are not verified: anyone on the way can read and change what is sent',
        instead: 'list the authority of the upstream in ca_certs'
      }
    )
  }
  if (isOlder(minVersion, 'TLS12')) {
    warn(
      ['min_version'],
      {
        code: 'old-tls',
        value: minVersion,
        message: `${minVersion} lets in versions of TLS that are broken`,
        instead: 'write "TLS12" or "TLS13" as soon as the upstream can'
      }
    )
  }
  warnOfSuites({ cipherSuites, minVersion, maxVersion }, warn)
}

function warnOfSuites (
  { cipherSuites, minVersion, maxVersion }: Pick<TlsSettings, 'cipherSuites' | 'minVersion' | 'maxVersion'>,
  warn: NoteProblem
): void {
  const ignored = ignoredSuites(cipherSuites)
  if (ignored.length === 0) return
  const names = (why: 'tls13' | 'unknown'): string => ignored.filter((suite) => suite.why === why).map(({ id }) => id).join(', ')
  const reasons = [
    ...(names('tls13') ? [`${names('tls13')}: the suites of TLS 1.3 are always on`] : []),
    ...(names('unknown') ? [`${names('unknown')}: not a suite this gateway has`] : [])
  ]
  const none = ignored.length === cipherSuites.length
  // The documentation gives the three of TLS 1.3 as the default: no word where they change nothing.
  if (names('unknown') === '' && (!none || minVersion === 'TLS13')) return
  const effect = !none || minVersion === 'TLS13'
    ? ''
    : maxVersion === 'TLS13'
      ? '; nothing is left for TLS 1.2, so only TLS 1.3 works'
      : '; nothing is left, so no handshake can succeed'
  warn(
    ['cipher_suites'],
    {
      code: 'ignored-suite',
      message: `without effect: ${reasons.join('; ')}${effect}`,
      instead: none && minVersion !== 'TLS13' ? 'list suites of TLS 1.2, such as 49195, 49199, 52393 and 52392' : null
    }
  )
}
