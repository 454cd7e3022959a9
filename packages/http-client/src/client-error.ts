/** Where a call stood when it failed. */
export type Stage = 'request' | 'queue' | 'dns' | 'dial' | 'proxy' | 'tls' | 'headers' | 'body' | 'redirect'

/** Where each kind of failure happens; null = wherever the call stood. */
const stages = {
  FG_ERR_HTTP_CLIENT_CLOSED: 'request',
  FG_ERR_HTTP_CLIENT_REQUEST: 'request',
  FG_ERR_HTTP_CLIENT_UPLOAD: 'request',
  FG_ERR_HTTP_CLIENT_DNS: 'dns',
  FG_ERR_HTTP_CLIENT_DIAL: 'dial',
  FG_ERR_HTTP_CLIENT_DIAL_TIMEOUT: 'dial',
  FG_ERR_HTTP_CLIENT_PROXY_DIAL: 'proxy',
  FG_ERR_HTTP_CLIENT_PROXY_TLS: 'proxy',
  FG_ERR_HTTP_CLIENT_PROXY_AUTH: 'proxy',
  FG_ERR_HTTP_CLIENT_PROXY_REFUSED: 'proxy',
  FG_ERR_HTTP_CLIENT_PROXY_PROTOCOL: 'proxy',
  FG_ERR_HTTP_CLIENT_TLS: 'tls',
  FG_ERR_HTTP_CLIENT_CERTIFICATE: 'tls',
  FG_ERR_HTTP_CLIENT_PINNED_KEY: 'tls',
  FG_ERR_HTTP_CLIENT_HEADER_TIMEOUT: 'headers',
  FG_ERR_HTTP_CLIENT_HANGUP: 'headers',
  FG_ERR_HTTP_CLIENT_BAD_RESPONSE: 'headers',
  FG_ERR_HTTP_CLIENT_BODY_CUT: 'body',
  FG_ERR_HTTP_CLIENT_TOO_MANY_REDIRECTS: 'redirect',
  FG_ERR_HTTP_CLIENT_LOCATION: 'redirect',
  FG_ERR_HTTP_CLIENT_REDIRECT_REFUSED: 'redirect',
  FG_ERR_HTTP_CLIENT_DEADLINE: null,
  FG_ERR_HTTP_CLIENT_ABORTED: null
} as const satisfies Record<string, Stage | null>

/** What went wrong with a call, one code per thing to do about it; the README lists them. */
export type ClientErrorCode = keyof typeof stages

/** Every code a call can fail with. */
export const clientErrorCodes = Object.keys(stages) as readonly ClientErrorCode[]

/**
 * Why a call has no answer, or only a part of one. The message is for the log: it names hosts, never credentials.
 * `cause` is what Node or undici said, where there was something.
 */
export class ClientError extends Error {
  readonly code: ClientErrorCode
  readonly stage: Stage
  /** What a proxy answered when it was asked for a tunnel; null = that is not what failed. */
  readonly proxyStatus: number | null

  constructor (code: ClientErrorCode, message: string, details: { cause?: unknown, stage?: Stage, proxyStatus?: number } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    // Callers of fetch and of undici know an abort by this name.
    this.name = code === 'FG_ERR_HTTP_CLIENT_ABORTED' ? 'AbortError' : 'ClientError'
    this.code = code
    this.stage = stages[code] ?? details.stage ?? 'request'
    this.proxyStatus = details.proxyStatus ?? null
  }
}
