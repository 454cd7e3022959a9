import { accessSync, constants, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Place } from '@floodgate/core'
import { describeFailure, type ServerTls, type ServerTlsKeys, type TlsVersion } from '@floodgate/settings'
import { checkTlsNumbers, type SettingProblem } from '@floodgate/http-client'
import { checkTlsFiles, listenerFiles } from '@floodgate/tls'
import type { Report } from '../locate/problem.ts'

const versions = ['SSL3.0', 'TLS10', 'TLS11', 'TLS12', 'TLS13']

/** Reads the listener's `tls` and checks its files. Null if it is missing or disabled. */
export function readServerTls (keys: ServerTlsKeys | undefined, place: Place, cwd: string, report: Report): ServerTls | null {
  if (keys === undefined || keys.disabled) return null
  const files: NamedFile[] = []
  const path = (file: string, ...at: Place) => {
    const full = resolve(cwd, file)
    files.push({ file, full, place: [...place, ...at] })
    return full
  }
  const version = (key: 'min_version' | 'max_version') => {
    const value = keys[key] === undefined || keys[key] === '' ? 'TLS13' : keys[key]
    if (versions.includes(value)) return value
    report(describeFailure('enum', { enum: versions }, value, [...place, key]))
    return 'TLS13'
  }
  const pairs: { publicKey: string, privateKey: string }[] = []
  for (const [i, pair] of (keys.keys ?? []).entries()) {
    if (pair === undefined) continue
    const missing = (['public_key', 'private_key'] as const).filter((key) => !pair[key])
    for (const key of missing) report(missingKey([...place, 'keys', i], key))
    if (missing.length === 0) {
      pairs.push(
        { publicKey: path(pair.public_key!, 'keys', i, 'public_key'), privateKey: path(pair.private_key!, 'keys', i, 'private_key') }
      )
    }
  }
  if (keys.public_key && keys.private_key) {
    pairs.push(
      { publicKey: path(keys.public_key, 'public_key'), privateKey: path(keys.private_key, 'private_key') }
    )
  } else if (keys.public_key || keys.private_key) report(missingKey(place, keys.public_key ? 'private_key' : 'public_key'))
  else if ((keys.keys ?? []).length === 0) {
    report(
      {
        severity: 'error',
        code: 'missing-key',
        place: [...place, 'keys'],
        message: '"keys" is missing: TLS requires a certificate',
        instead: 'add keys: [{ "public_key": "cert.pem", "private_key": "key.pem" }], or set "disabled": true'
      }
    )
  }
  const [minVersion, maxVersion] = [version('min_version'), version('max_version')]
  if (versions.indexOf(minVersion) > versions.indexOf(maxVersion)) {
    report(
      {
        severity: 'error',
        code: 'invalid-value',
        place: [...place, keys.max_version ? 'max_version' : 'min_version'],
        message: `min_version ${minVersion} is above max_version ${maxVersion}: no client could connect`,
        instead: 'the default of min_version is TLS13'
      }
    )
  }
  const caCerts = (keys.ca_certs ?? []).flatMap((file, i) => file === undefined ? [] : [path(file, 'ca_certs', i)])
  const missing = missingFiles(files, report)
  checkContents(
    {
      keys: pairs.filter(({ publicKey, privateKey }) => !missing.has(publicKey) && !missing.has(privateKey)),
      caCerts: caCerts.filter((file) => !missing.has(file))
    },
    files,
    report
  )
  const numbers = {
    cipherSuites: keys.cipher_suites ?? [],
    curvePreferences: keys.curve_preferences ?? [],
    minVersion: minVersion as TlsVersion,
    maxVersion: maxVersion as TlsVersion
  }
  const doubts: SettingProblem[] = []
  const wrong = checkTlsNumbers(numbers, doubts)
  for (const { severity, path, code, message, value, instead } of [
    ...withSeverity('error', wrong), ...withSeverity('warning', doubts)
  ]) {
    report(
      { severity, code, place: [...place, ...path], message, value, instead }
    )
  }
  return {
    keys: pairs,
    minVersion,
    maxVersion,
    cipherSuites: numbers.cipherSuites,
    curvePreferences: numbers.curvePreferences,
    enableMtls: keys.enable_mtls ?? false,
    caCerts,
    disableSystemCaPool: keys.disable_system_ca_pool ?? false
  }
}

/** A file as written, its full path, and the key that names it. */
interface NamedFile { readonly file: string, readonly full: string, readonly place: Place }

/** Reports files that cannot be read. */
function missingFiles (files: readonly NamedFile[], report: Report): Set<string> {
  const missing = new Set<string>()
  for (const { file, full, place } of files) {
    const problem = fileProblem(full)
    if (problem === null) continue
    missing.add(full)
    report(
      {
        severity: 'error',
        code: 'unusable-file',
        place,
        value: file,
        message: `cannot read ${JSON.stringify(file)}: ${problem}`,
        instead: file === full ? null : `the full path is ${full}`
      }
    )
  }
  return missing
}

/** Checks the files like those of a `client_tls`. */
function checkContents (settings: Pick<ServerTls, 'keys' | 'caCerts'>, files: readonly NamedFile[], report: Report): void {
  const doubts: SettingProblem[] = []
  const problems = checkTlsFiles(listenerFiles(settings), undefined, doubts)
  for (const { severity, path: [list, i = 0, role], value, code, message, instead } of [
    ...withSeverity('error', problems), ...withSeverity('warning', doubts)
  ]) {
    const pair = settings.keys[Number(i)]
    const full = list === undefined
      ? value
      : list === 'ca_certs'
        ? settings.caCerts[Number(i)]
        : role === 'private_key'
          ? pair?.privateKey
          : pair?.publicKey
    const key = role === 'certificate' ? 'public_key' : role
    const named = files.filter((named) => named.full === full)
    const { file, place } = named.find(({ place }) => place.at(-1) === key) ?? named[0]!
    report({ severity, code, place, value: file, message, instead })
  }
}

function withSeverity (severity: 'error' | 'warning', problems: readonly SettingProblem[]) {
  return problems.map((problem) => ({ ...problem, severity }))
}

function fileProblem (full: string): string | null {
  try {
    accessSync(full, constants.R_OK)
    // With big integers, because it may be a pipe: after another stat of a pipe, Node 20 does not find modules behind links.
    const stats = statSync(full, { bigint: true })
    return stats.isFile() ? null : stats.isDirectory() ? 'it is a directory' : 'it is a device, a pipe or a socket, not a regular file'
  } catch (err) {
    return (err as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (err as Error).message
  }
}

function missingKey (place: Place, key: string) {
  return describeFailure('required', {}, null, place, key)
}
