/** What a failure of a call means, by its code without `FG_ERR_HTTP_CLIENT_`: what to look at first. */
const verdicts: Readonly<Record<string, string>> = {
  DNS: 'The name of the host has no address: check the host and the DNS.',
  DIAL: 'No connection: nothing listens there, or there is no route to it.',
  DIAL_TIMEOUT: 'No answer to the connection attempt: a firewall, or a host that is down.',
  DEADLINE: 'The backend was slower than the timeout of the endpoint.',
  HEADER_TIMEOUT: 'The backend accepted the request and did not answer in time.',
  BODY_TIMEOUT: 'The response stopped in the middle of its body.',
  BODY_CUT: 'The connection ended in the middle of the response body.',
  HANGUP: 'The backend closed the connection without a response.',
  BAD_RESPONSE: 'What the backend sent is not a valid HTTP response.',
  CONNECTION_LOST: 'The HTTP/2 connection ended with the request on it.',
  STREAM_REFUSED: 'The server refused the request without processing it.',
  STREAM_RESET: 'The server ended the request (HTTP/2).',
  CERTIFICATE: 'The certificate of the server is not accepted: its authority, its name, or its dates.',
  PINNED_KEY: 'The server has none of the pinned keys.',
  TLS: 'The TLS handshake failed: versions, suites, or a client certificate that is missing.',
  PROXY_DIAL: 'The proxy cannot be connected to.',
  PROXY_AUTH: 'The proxy refuses its credentials.',
  PROXY_REFUSED: 'The proxy refuses the destination, or cannot reach it.',
  PROXY_PROTOCOL: 'The server at the address of the proxy does not answer as a proxy of this kind.',
  PROXY_TLS: 'The TLS handshake with the proxy failed.',
  TOO_MANY_REDIRECTS: 'The backend redirects again and again.',
  REDIRECT_REFUSED: 'The backend redirects to a host that is not allowed.',
  LOCATION: 'The backend redirects to an address that is not valid.',
  UPLOAD: 'The body of the request could not be sent to its end.',
  REQUEST: 'The request cannot be sent as it is.',
  ABORTED: 'The client disconnected before the response.',
  CLOSED: 'The gateway stops, or has replaced these client settings.'
}

/** Codes of failures that are no host's. */
const others: ReadonlySet<string> = new Set(['ABORTED', 'CLOSED', 'UPLOAD', 'REQUEST'])

/** Whether a failure says something about the host. */
export function isOfHost (code: string): boolean {
  return !others.has(nameCode(code))
}

/** The code without what all of them begin with. */
export function nameCode (code: string): string {
  return code.replace('FG_ERR_HTTP_CLIENT_', '')
}

/** Returns what a code means, or a status of 500 or more; for others the command that finds out. */
export function verdictOf (code: string): string {
  if (/^\d+$/.test(code)) return 'The backend answered with this status: its own log says why.'
  return verdicts[nameCode(code)] ?? 'See the log, or run `floodgate probe` for this backend.'
}
