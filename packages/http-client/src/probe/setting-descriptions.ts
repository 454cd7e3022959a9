import type { TlsSettings } from '@floodgate/settings'

/**
 * A setting as a verdict names it; `host` is what the origin stands in, `floodgate` is our own key of
 * `backend/http/client`.
 */
export type SettingName =
  | 'host'
  | 'proxy_address'
  | 'dialer_timeout'
  | 'client_tls'
  | `client_tls.${
    | 'min_version'
    | 'max_version'
    | 'cipher_suites'
    | 'curve_preferences'
    | 'ca_certs'
    | 'disable_system_ca_pool'
    | 'client_certs'}`
  | `floodgate.${'servername' | 'pins'}`

/** Returns where settings were configured: `krakend.json:14:9`. */
export interface SettingPlaces {
  /** Null = not configured, the default applies. */
  find (name: SettingName): string | null
  /** Where a value stands that does not count, because a whole block takes its place; null = there is none. */
  findReplaced? (name: SettingName): string | null
}

/** Puts settings into words, and keeps in mind which ones it named. */
export class SettingDescriptions {
  /** Those that a verdict is about, in the order it names them. */
  readonly named = new Set<SettingName>()
  readonly #places: SettingPlaces | null
  readonly #tls: TlsSettings | null

  constructor (places: SettingPlaces | null, tls: TlsSettings | null) {
    this.#places = places
    this.#tls = tls
  }

  /** Returns whether it is configured, if that is known. */
  isSet (name: SettingName): boolean {
    return this.#places === null || this.#places.find(name) !== null
  }

  /** Its place in brackets, with a blank in front; empty where that is not known. */
  at (name: SettingName): string {
    this.named.add(name)
    const place = this.#places?.find(name) ?? null
    return place === null ? '' : ` (${place})`
  }

  /** Names an option of `client_tls` and its place, or the block that lacks it, or that there is none. */
  describe (option:
    | 'min_version'
    | 'max_version'
    | 'cipher_suites'
    | 'curve_preferences'
    | 'ca_certs'
    | 'client_certs'): { subject: string, place: string } {
    const name = `client_tls.${option}` as const
    if (this.#tls === null) return { subject: 'a backend without client_tls', place: '' }
    if (this.isSet(name)) return { subject: option, place: this.at(name) }
    return { subject: `client_tls without ${option}`, place: this.at('client_tls') }
  }

  /** Says that a value somewhere else does not count; empty where there is none. */
  replaced (option: 'ca_certs' | 'client_certs' | 'min_version'): string {
    const place = this.#places?.findReplaced?.(`client_tls.${option}`) ?? null
    return place === null
      ? ''
      : `; the ${option} of the global client_tls (${place}) is not used, because the backend has its own client_tls`
  }

  /** Returns what to write into `client_tls`. */
  advise (options: Record<string, unknown>): string {
    const write = (entries: [string, unknown][]): string[] =>
      entries.map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)?.replaceAll(',', ', ')}`)
    if (this.#tls === null) return `set "client_tls": { ${write(Object.entries(options)).join(', ')} }`
    return `set ${write(Object.entries(options)).join(' and ')}`
  }
}
