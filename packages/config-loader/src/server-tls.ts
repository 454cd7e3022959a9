import { accessSync, constants, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Place, ServerTls } from '@floodgate/core'
import { describeValue, listWords } from './describe-value.ts'
import type { Report } from './problem.ts'
import type { ServerTlsKeys } from './structure.ts'

const versions = ['SSL3.0', 'TLS10', 'TLS11', 'TLS12', 'TLS13']

/** Reads the listener's `tls`; its files must be there. Null when it is absent or disabled. */
export function readServerTls (keys: ServerTlsKeys | undefined, place: Place, cwd: string, report: Report): ServerTls | null {
  if (keys === undefined || keys.disabled) return null
  const path = (file: string, ...at: Place) => {
    const full = resolve(cwd, file)
    checkFile(file, full, [...place, ...at], report)
    return full
  }
  const version = (key: 'min_version' | 'max_version') => {
    const value = keys[key] === undefined || keys[key] === '' ? 'TLS13' : keys[key]
    if (versions.includes(value)) return value
    report({ severity: 'error', code: 'invalid-value', place: [...place, key], value, message: `must be ${listWords(versions)}, not ${describeValue([...place, key], value)}`, nearest: { word: value, among: versions } })
    return 'TLS13'
  }
  const pairs: { publicKey: string, privateKey: string }[] = []
  for (const [i, pair] of (keys.keys ?? []).entries()) {
    if (pair === undefined) continue
    const missing = (['public_key', 'private_key'] as const).filter((key) => !pair[key])
    for (const key of missing) report(missingKey([...place, 'keys', i], key))
    if (missing.length === 0) pairs.push({ publicKey: path(pair.public_key!, 'keys', i, 'public_key'), privateKey: path(pair.private_key!, 'keys', i, 'private_key') })
  }
  if (keys.public_key && keys.private_key) pairs.push({ publicKey: path(keys.public_key, 'public_key'), privateKey: path(keys.private_key, 'private_key') })
  else if (keys.public_key || keys.private_key) report(missingKey(place, keys.public_key ? 'private_key' : 'public_key'))
  else if ((keys.keys ?? []).length === 0) report({ severity: 'error', code: 'missing-key', place: [...place, 'keys'], message: '"keys" is missing: TLS needs a certificate', instead: 'add keys: [{ "public_key": "cert.pem", "private_key": "key.pem" }], or set "disabled": true' })
  const [minVersion, maxVersion] = [version('min_version'), version('max_version')]
  if (versions.indexOf(minVersion) > versions.indexOf(maxVersion)) {
    report({ severity: 'error', code: 'invalid-value', place: [...place, keys.max_version ? 'max_version' : 'min_version'], message: `min_version ${minVersion} is above max_version ${maxVersion}: no client could connect`, instead: 'min_version is TLS13 unless it is set' })
  }
  return {
    keys: pairs,
    minVersion,
    maxVersion,
    cipherSuites: keys.cipher_suites ?? [],
    curvePreferences: keys.curve_preferences ?? [],
    enableMtls: keys.enable_mtls ?? false,
    caCerts: (keys.ca_certs ?? []).flatMap((file, i) => file === undefined ? [] : [path(file, 'ca_certs', i)]),
    disableSystemCaPool: keys.disable_system_ca_pool ?? false
  }
}

function checkFile (file: string, full: string, place: Place, report: Report): void {
  const problem = fileProblem(full)
  if (problem !== null) report({ severity: 'error', code: 'unusable-file', place, value: file, message: `cannot read ${JSON.stringify(file)}: ${problem}`, instead: file === full ? null : `it is looked for at ${full}` })
}

function fileProblem (full: string): string | null {
  try {
    accessSync(full, constants.R_OK)
    return statSync(full).isDirectory() ? 'it is a folder' : null
  } catch (err) {
    return (err as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (err as Error).message
  }
}

function missingKey (place: Place, key: string) {
  return { severity: 'error', code: 'missing-key', place: [...place, key], message: `${JSON.stringify(key)} is missing` } as const
}
