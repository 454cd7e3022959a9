import type { ProbeStep } from './dial-trace.ts'
import type { Verdict } from './explanation.ts'
import type { TlsFacts } from './tls-facts.ts'

/** What became of reaching a backend. Holds no credentials. */
export interface Probe {
  readonly origin: string
  /** The proxy on the way, without credentials; null = none. */
  readonly proxy: string | null
  /** Whether a request would have a connection. */
  readonly ok: boolean
  /** ms of all steps together. */
  readonly time: number
  readonly steps: readonly ProbeStep[]
  /** What the name of the first host on the way leads to; empty for an address. */
  readonly addresses: readonly string[]
  /** Address and port of the first connection; null = there was none. */
  readonly address: string | null
  /** TLS with the backend; null = it was not begun. */
  readonly tls: TlsFacts | null
  /** TLS with an https proxy; null = it was not begun. */
  readonly proxyTls: TlsFacts | null
  /** What only a request could tell; null = nothing. */
  readonly unknown: string | null
  /** Why it failed, and what to do; null = it did not. */
  readonly verdict: Verdict | null
}

/** The probe of an origin that was not dialled: the verdict says why. */
export function unattempted (origin: string, proxy: string | null, verdict: Verdict): Probe {
  return { origin, proxy, ok: false, time: 0, steps: [], addresses: [], address: null, tls: null, proxyTls: null, unknown: null, verdict }
}
