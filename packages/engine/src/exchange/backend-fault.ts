import { Fault, withoutQuery, type CoreRequest } from '@floodgate/core'

/** What was called, for the detail of a failure. */
export type Called = Pick<CoreRequest, 'method' | 'origin' | 'target'>

/** The reference's message without addresses, by the error codes of our client, Node and undici. */
const texts: Record<string, string> = {
  FG_ERR_HTTP_CLIENT_CLOSED: 'the client is closed',
  FG_ERR_HTTP_CLIENT_REQUEST: 'invalid request',
  FG_ERR_HTTP_CLIENT_UPLOAD: 'the request body broke off',
  FG_ERR_HTTP_CLIENT_DNS: 'lookup: no such host',
  FG_ERR_HTTP_CLIENT_DIAL_TIMEOUT: 'dial: i/o timeout',
  FG_ERR_HTTP_CLIENT_PROXY_AUTH: 'Proxy Authentication Required',
  FG_ERR_HTTP_CLIENT_PROXY_DIAL: 'proxyconnect: no connection',
  FG_ERR_HTTP_CLIENT_PROXY_TLS: 'proxyconnect: tls: handshake failure',
  FG_ERR_HTTP_CLIENT_PROXY_REFUSED: 'proxyconnect: refused',
  FG_ERR_HTTP_CLIENT_PROXY_PROTOCOL: 'proxyconnect: malformed answer',
  FG_ERR_HTTP_CLIENT_TLS: 'tls: handshake failure',
  FG_ERR_HTTP_CLIENT_CERTIFICATE: 'tls: failed to verify certificate',
  FG_ERR_HTTP_CLIENT_PINNED_KEY: 'tls: failed to verify certificate',
  FG_ERR_HTTP_CLIENT_HEADER_TIMEOUT: 'timeout awaiting response headers',
  FG_ERR_HTTP_CLIENT_HANGUP: 'EOF',
  FG_ERR_HTTP_CLIENT_BAD_RESPONSE: 'malformed HTTP response',
  FG_ERR_HTTP_CLIENT_BODY_TIMEOUT: 'timeout awaiting the rest of the body',
  FG_ERR_HTTP_CLIENT_BODY_CUT: 'unexpected EOF',
  FG_ERR_HTTP_CLIENT_TOO_MANY_REDIRECTS: 'stopped after 10 redirects',
  FG_ERR_HTTP_CLIENT_LOCATION: 'failed to parse Location header',
  FG_ERR_HTTP_CLIENT_REDIRECT_REFUSED: 'redirect refused',
  FG_ERR_HTTP_CLIENT_DEADLINE: 'context deadline exceeded',
  FG_ERR_HTTP_CLIENT_ABORTED: 'context canceled',
  ECONNREFUSED: 'connect: connection refused',
  ECONNRESET: 'read: connection reset by peer',
  EPIPE: 'write: broken pipe',
  ETIMEDOUT: 'connect: connection timed out',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  ENOTFOUND: 'lookup: no such host',
  EAI_AGAIN: 'lookup: temporary failure in name resolution',
  UND_ERR_SOCKET: 'EOF',
  UND_ERR_CONNECT_TIMEOUT: 'dial: i/o timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout awaiting response headers',
  UND_ERR_BODY_TIMEOUT: 'timeout awaiting the rest of the body',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'unexpected EOF',
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: 'the request body is not as long as its Content-Length says',
  UND_ERR_HEADERS_OVERFLOW: 'the response headers are too large',
  UND_ERR_INVALID_ARG: 'invalid request',
  UND_ERR_CLOSED: 'the client is closed',
  UND_ERR_DESTROYED: 'the client is closed'
}

/** The fault for a response that is larger than the limit for decoding. */
export function tooLargeFault (request: Called): Fault {
  return new Fault('backend', 'FG_ERR_PROXY_TOO_LARGE', 'the response is too large', {
    detail: `${calledAddress(request)}: the response is larger than floodgate.max_decoded_bytes allows: increase it, or use the encoding "no-op", which streams`
  })
}

/** Converts the error of a call to the fault of its backend; `begun`: the response's headers had been received. */
export function backendFault (error: unknown, request: Called, begun: boolean): Fault {
  if (error instanceof Fault) return error
  const chain = causes(error)
  const own = chain.find(({ code }) => code?.startsWith('FG_ERR_'))?.code
  const detail = chain.map(({ code, message }) => message === '' ? code ?? 'unknown error' : message).join(': ')
  return new Fault(own === 'FG_ERR_HTTP_CLIENT_DEADLINE'
    ? 'deadline'
    : 'backend', own ?? (begun ? 'FG_ERR_PROXY_BODY' : 'FG_ERR_PROXY_BACKEND'), publicText(chain, begun), {
    detail: `${calledAddress(request)}: ${detail}`,
    cause: error
  })
}

/** A body that is declared as gzip and is not, or ends early. */
export function gzipFault (request: Called, cause: unknown): Fault {
  return new Fault('backend', 'FG_ERR_PROXY_GZIP', 'gzip: invalid header', {
    detail: `${calledAddress(request)}: the body is not gzip although Content-Encoding says so (${cause instanceof Error ? cause.message : 'wrong first bytes'})`,
    cause
  })
}

/** The client disconnected before it had received the whole response. */
export function clientGone (): Fault {
  return new Fault(
    'abort',
    'FG_ERR_PROXY_CLIENT_GONE',
    'context canceled',
    { detail: 'the client closed its connection before the response was complete' }
  )
}

interface Cause { code: string | undefined, message: string }

function causes (error: unknown): Cause[] {
  const chain: Cause[] = []
  for (let e = error; e instanceof Error && chain.length < 5; e = e.cause) {
    const { reason, code = reason } = e as NodeJS.ErrnoException & { reason?: string }
    // undici's parser does not always set a code.
    chain.push(
      {
        code: e.name === 'HTTPParserError'
          ? 'HPE_INVALID'
          : typeof reason === 'string' && reason.startsWith('FG_ERR_')
            ? reason
            : typeof code === 'string'
              ? code
              : undefined,
        message: e.message
      }
    )
  }
  return chain.length === 0 ? [{ code: undefined, message: String(error) }] : chain
}

function publicText (chain: readonly Cause[], begun: boolean): string {
  for (const { code } of chain) {
    if (code === undefined) continue
    if (begun && (code === 'UND_ERR_SOCKET' || code === 'HPE_INVALID')) return 'unexpected EOF'
    const text = texts[code]
    if (text !== undefined) return text
    if (code === 'HPE_INVALID') return 'malformed HTTP response'
    if (/CERT|SIGNATURE|UNABLE_TO|ERR_TLS|ERR_SSL|EPROTO/.test(code)) {
      return /CERT|SIGNATURE|UNABLE_TO|ALTNAME/.test(code) ? 'tls: failed to verify certificate' : 'tls: handshake failure'
    }
  }
  return begun ? 'unexpected EOF' : 'no response from the backend'
}

/** Returns the called address for the log, without credentials and without the query, which may contain keys. */
function calledAddress ({ method, origin, target }: Called): string {
  return `${method} ${origin.replace(/\/\/[^/@]*@/, '//')}${withoutQuery(target)}`
}
