import { ClientError } from '../call/client-error.ts'
import type { Diagnosis } from '../call/diagnose.ts'
import type { Destination } from '../dial/dial.ts'
import type { ClientSettings, ProxySettings } from '@floodgate/settings'
import type { DialTrace } from './dial-trace.ts'
import type { Explored } from './explore-tls.ts'
import type { SettingName, SettingDescriptions } from './setting-descriptions.ts'
import type { TlsFacts } from './tls-facts.ts'

/** What keeps a backend from being reached, one name per thing to do about it. */
export type Fault =
  | 'configuration'
  | 'dns' | 'refused' | 'unreachable' | 'no-answer'
  | 'proxy-dns' | 'proxy-refused' | 'proxy-unreachable' | 'proxy-no-answer' | 'proxy-credentials' | 'proxy-forbids' | 'proxy-fails' | 'proxy-protocol'
  | 'unknown-authority' | 'self-signed' | 'expired' | 'not-yet-valid' | 'wrong-name' | 'common-name-only' | 'key-not-pinned' | 'certificate'
  | 'tls-version' | 'cipher-suites' | 'curves' | 'client-certificate-required' | 'client-certificate-rejected' | 'not-tls' | 'tls-silent' | 'unknown-name' | 'tls'

/** Why a backend cannot be reached, and what to do about it. Holds no credentials. */
export interface Verdict extends Omit<Diagnosis, 'code'> {
  readonly fault: Fault
  /** Code of the error that a request would fail with; null = none, the settings themselves cannot be used. */
  readonly code: Diagnosis['code'] | null
  /** What is wrong. `sentence` is this and the cure. */
  readonly problem: string
  /** What to do. */
  readonly cure: string
  /** The settings it is about, the first one first. */
  readonly settings: readonly SettingName[]
}

/** A verdict without what is the same for all. */
export interface Explanation {
  readonly fault: Fault
  readonly problem: string
  readonly cure: string
}

/** Everything a verdict is based on. */
export interface Evidence {
  readonly error: ClientError
  /** What Node or OpenSSL called it; null = nothing below knew. */
  readonly cause: string | null
  readonly settings: ClientSettings
  /** The origin that was to be reached: `https://api:8443`. */
  readonly origin: string
  readonly destination: Destination
  readonly proxy: ProxySettings | null
  /** The variable that names the proxy; null = `proxy_address` does. */
  readonly variable: string | null
  readonly trace: DialTrace
  /** Of the side that the last step was with. */
  readonly facts: TlsFacts | null
  /** What more the server would take; null = it was not asked, or takes nothing. */
  readonly explored: Explored | null
  readonly words: SettingDescriptions
}

/** The side that a step was with. */
export interface Subject {
  readonly host: string
  readonly port: number
  /** In words: `api:8443`, `the proxy proxy.corp:3128`. */
  readonly where: string
  /** Where it is configured, in words: `host`, `proxy_address`, or a variable, with its place. */
  readonly setting: () => string
}
