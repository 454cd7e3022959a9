/** The phase in which a call failed. */
export type Stage = 'request' | 'queue' | 'dns' | 'dial' | 'proxy' | 'tls' | 'headers' | 'body' | 'redirect'

/** The phase of each kind of failure; null = the current phase of the call. */
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
  FG_ERR_HTTP_CLIENT_BODY_TIMEOUT: 'body',
  FG_ERR_HTTP_CLIENT_BODY_CUT: 'body',
  FG_ERR_HTTP_CLIENT_TOO_MANY_REDIRECTS: 'redirect',
  FG_ERR_HTTP_CLIENT_LOCATION: 'redirect',
  FG_ERR_HTTP_CLIENT_REDIRECT_REFUSED: 'redirect',
  FG_ERR_HTTP_CLIENT_DEADLINE: null,
  FG_ERR_HTTP_CLIENT_ABORTED: null
} as const satisfies Record<string, Stage | null>

/** The reasons why a call failed, one for each remedy; the README lists them. */
export type ClientErrorReason = keyof typeof stages

/** Every reason a call can fail for. */
export const clientErrorReasons = Object.keys(stages) as readonly ClientErrorReason[]

/**
 * What the code of an error is in the world of undici, where reply-from, RetryAgent and others go by it; null = that of
 * its cause, and what follows if it has none. Calls that must not be repeated have a code that is never retried, and no
 * error of dialling has `UND_ERR_SOCKET` or `UND_ERR_INFO`, after which undici dials again without end.
 */
const codes: Record<ClientErrorReason, string | readonly [ofCause: RegExp, otherwise: string]> = {
  FG_ERR_HTTP_CLIENT_CLOSED: 'UND_ERR_CLOSED',
  FG_ERR_HTTP_CLIENT_REQUEST: 'UND_ERR_INVALID_ARG',
  FG_ERR_HTTP_CLIENT_UPLOAD: 'UND_ERR_ABORTED',
  FG_ERR_HTTP_CLIENT_DNS: [/^E[A-Z_]+$/, 'ENOTFOUND'],
  FG_ERR_HTTP_CLIENT_DIAL: [/^E[A-Z_]+$/, 'ECONNREFUSED'],
  FG_ERR_HTTP_CLIENT_DIAL_TIMEOUT: 'UND_ERR_CONNECT_TIMEOUT',
  FG_ERR_HTTP_CLIENT_PROXY_DIAL: [/^E[A-Z_]+$/, 'ECONNREFUSED'],
  FG_ERR_HTTP_CLIENT_PROXY_TLS: [/^(?!UND_|E[A-Z]+$)[A-Z][A-Z0-9_]+$/, 'EPROTO'],
  FG_ERR_HTTP_CLIENT_PROXY_AUTH: 'UND_ERR_ABORTED',
  FG_ERR_HTTP_CLIENT_PROXY_REFUSED: 'UND_ERR_ABORTED',
  FG_ERR_HTTP_CLIENT_PROXY_PROTOCOL: 'UND_ERR_ABORTED',
  FG_ERR_HTTP_CLIENT_TLS: [/^(?!UND_)[A-Z][A-Z0-9_]+$/, 'EPROTO'],
  FG_ERR_HTTP_CLIENT_CERTIFICATE: [/^(?!UND_|E[A-Z]+$)[A-Z][A-Z0-9_]+$/, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  FG_ERR_HTTP_CLIENT_PINNED_KEY: 'CERT_KEY_NOT_PINNED',
  FG_ERR_HTTP_CLIENT_HEADER_TIMEOUT: 'UND_ERR_HEADERS_TIMEOUT',
  FG_ERR_HTTP_CLIENT_HANGUP: [/^E[A-Z]+$/, 'UND_ERR_SOCKET'],
  FG_ERR_HTTP_CLIENT_BAD_RESPONSE: [/^UND_ERR_HEADERS_OVERFLOW$/, 'HPE_INVALID_RESPONSE'],
  FG_ERR_HTTP_CLIENT_BODY_TIMEOUT: 'UND_ERR_BODY_TIMEOUT',
  FG_ERR_HTTP_CLIENT_BODY_CUT: [/^(?:E[A-Z]+|HPE_[A-Z_]+)$/, 'UND_ERR_SOCKET'],
  FG_ERR_HTTP_CLIENT_TOO_MANY_REDIRECTS: 'UND_ERR_REDIRECT',
  FG_ERR_HTTP_CLIENT_LOCATION: 'UND_ERR_REDIRECT',
  FG_ERR_HTTP_CLIENT_REDIRECT_REFUSED: 'UND_ERR_REDIRECT',
  FG_ERR_HTTP_CLIENT_DEADLINE: 'UND_ERR_ABORTED',
  FG_ERR_HTTP_CLIENT_ABORTED: 'UND_ERR_ABORTED'
}

/**
 * Why a call has no response, or only a partial one. The message is for the log: it contains hosts but no credentials.
 * `cause` is the error of Node or OpenSSL, if any.
 */
export class ClientError extends Error {
  /** The reason, used by logs, statistics, metrics and `diagnose`. */
  readonly reason: ClientErrorReason
  /** The corresponding code of undici or Node. */
  readonly code: string
  readonly stage: Stage
  /** What a proxy answered when it was asked for a tunnel; null = that is not what failed. */
  readonly proxyStatus: number | null

  constructor (reason: ClientErrorReason, message: string, details: { cause?: unknown, stage?: Stage, proxyStatus?: number } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    // Callers of fetch and of undici know an abort by this name.
    this.name = reason === 'FG_ERR_HTTP_CLIENT_ABORTED' ? 'AbortError' : 'ClientError'
    this.reason = reason
    this.code = findCode(reason, details.cause)
    this.stage = stages[reason] ?? details.stage ?? 'request'
    this.proxyStatus = details.proxyStatus ?? null
  }
}

function findCode (reason: ClientErrorReason, cause: unknown): string {
  const code = codes[reason]
  if (typeof code === 'string') return code
  const [fits, otherwise] = code
  const ofCause = (cause as NodeJS.ErrnoException | undefined)?.code
  return typeof ofCause === 'string' && fits.test(ofCause) ? ofCause : otherwise
}
