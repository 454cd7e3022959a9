import { X509Certificate } from 'node:crypto'
import { resolve } from 'node:path'
import type { Service } from '@floodgate/core'
import { parseClientTls } from '@floodgate/http-client'
import type { ClientSettings, TlsSettings } from '@floodgate/settings'
import { readRegularFile } from '@floodgate/tls'
import { describeFileError } from '../file-error.ts'
import { aggregatorOf } from '../jwk-aggregator/aggregated-keys.ts'
import type { KeySettings } from './settings.ts'

/** A setting that cannot be used. */
export interface KeyProblem { readonly key: keyof KeySettings, readonly message: string }

/** TLS settings of a client without `client_tls`, as in the reference's client for keys. */
const usualTls: TlsSettings = {
  allowInsecureConnections: false,
  caCerts: [],
  disableSystemCaPool: false,
  clientCerts: [],
  minVersion: 'TLS12',
  maxVersion: 'TLS13',
  cipherSuites: [],
  curvePreferences: [29, 23, 24, 25]
}

/**
 * Derives the client settings for fetching keys: the service's own (global `client_tls`, proxies), overridden by the
 * key settings. Null if the service's own apply unchanged.
 */
export function deriveKeyClient ({ client }: Pick<Service, 'client'>, settings: KeySettings): ClientSettings | null {
  const {
    jwk_url: url = '',
    jwk_local_ca: authority = '',
    jwk_fingerprints: fingerprints = [],
    cipher_suites: suites = [],
    disable_jwk_security: insecure = false
  } = settings
  const isTls = url.startsWith('https://')
  if (!isTls || (authority === '' && fingerprints.length === 0 && suites.length === 0 && !insecure)) return null
  const tls = client.tls ?? usualTls
  return {
    ...client,
    tls: {
      ...tls,
      allowInsecureConnections: tls.allowInsecureConnections || insecure,
      ...(authority !== '' && { caCerts: [...tls.caCerts, resolve(authority)] }),
      ...(suites.length > 0 && { cipherSuites: suites }),
      ...(fingerprints.length > 0 && { pinnedKeys: fingerprints.map((text) => Buffer.from(text, 'base64').toString('base64')) })
    }
  }
}

/** Finds errors in key settings. */
export function checkKeySettings (settings: KeySettings): KeyProblem[] {
  const problems: KeyProblem[] = []
  const { jwk_url: url = '', jwk_local_path: path = '', jwk_local_ca: authority = '', jwk_fingerprints: fingerprints = [] } = settings
  for (const key of ['secret_url', 'cypher_key'] as const) {
    if ((settings[key] ?? '') !== '') {
      problems.push(
        { key, message: `encrypted key sets are not supported: remove "${key}", and name a file that is protected by its permissions` }
      )
    }
  }
  if (url === '' && path === '') problems.push({ key: 'jwk_url', message: 'no keys are configured: set "jwk_url" or "jwk_local_path"' })
  if (path === '' && url !== '' && !(URL.canParse(url) && /^https?:$/.test(new URL(url).protocol))) {
    problems.push({ key: 'jwk_url', message: 'must be an http or https URL such as "https://issuer.example/jwks.json"' })
  }
  if (authority !== '') {
    const wrong = checkAuthority(authority)
    if (wrong !== null) problems.push({ key: 'jwk_local_ca', message: wrong })
  }
  if (fingerprints.some((text) => Buffer.from(text, 'base64').length !== 32)) {
    problems.push({ key: 'jwk_fingerprints', message: 'each must be the SHA-256 of a public key in base64, 44 characters' })
  }
  return problems
}

/** Describes the cipher suites that have no effect when keys are fetched; null if all have. */
export function ignoredSuites ({ jwk_url: url = '', cipher_suites: suites = [] }: KeySettings): string | null {
  if (suites.length === 0 || !url.startsWith('https://')) return null
  const { warnings } = parseClientTls({ min_version: 'TLS12', max_version: 'TLS13', cipher_suites: suites })
  return warnings.find(({ code }) => code === 'ignored-suite')?.message ?? null
}

/**
 * Returns whether keys may be used without `disable_jwk_security`: as in the reference, only `jwk_url` counts; of an
 * aggregator, the addresses of its origins.
 */
export function isSecureSource (
  { jwk_url: url = '', disable_jwk_security: insecure = false }: KeySettings,
  model: Pick<Service, 'extra'>
): boolean {
  if (insecure || url.startsWith('https://')) return true
  return aggregatorOf(model, url)?.origins.every((origin) => origin.startsWith('https://')) ?? false
}

function checkAuthority (file: string): string | null {
  try {
    return new X509Certificate(readRegularFile(file)).raw.length > 0 ? null : 'the file is empty'
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    return ['ENOENT', 'EACCES', 'EISDIR', 'ENOTFILE', 'EFBIG'].includes(code)
      ? `the file cannot be read: ${describeFileError(error)}`
      : 'the file contains no PEM certificate'
  }
}
