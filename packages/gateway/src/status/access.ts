import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** Decides who may see the status page. */
export interface Access {
  /** `host`: the request names another host, perhaps sent by a page of another site; `token`: a token is missing. */
  check (headers: IncomingHttpHeaders): 'granted' | 'host' | 'token'
  /**
   * Returns a cookie for a form (`token=…`) that was sent with the token; null = it is not the token. null in place of the
   * function: no token is needed.
   */
  readonly signIn: ((form: string) => string | null) | null
}

/**
 * Creates the access to a status page. Without a token, only this machine can connect; then the Host header must name it, so that
 * a page of another site cannot read the status through a DNS name that resolves to this machine (DNS rebinding).
 *
 * @param token null = none is needed
 * @param address that it listens on
 * @param port reads the port: cookies of several ports of a host would replace each other
 */
export function createAccess (token: string | null, address: string, port: () => number): Access {
  if (token === null) {
    const hosts: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]', address.includes(':') ? `[${address}]` : address])
    return {
      check: ({ host = '' }) => hosts.has(host.replace(/:\d+$/, '').toLowerCase()) ? 'granted' : 'host',
      signIn: null
    }
  }
  const expected = digest(token)
  // Not the token: what a browser keeps is worth nothing after a restart.
  const session = createHmac('sha256', randomBytes(32)).update(token).digest('base64url')
  const expectedSession = digest(session)
  const cookieName = () => `floodgate_status_${port()}`
  return {
    check ({ authorization, cookie = '' }) {
      const given = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1]
      if (given !== undefined) return timingSafeEqual(digest(given), expected) ? 'granted' : 'token'
      const prefix = `${cookieName()}=`
      // Other servers of the same host may have set one of the same name.
      const sent = cookie.split(/; */).filter((each) => each.startsWith(prefix))
      return sent.some((each) => timingSafeEqual(digest(each.slice(prefix.length)), expectedSession)) ? 'granted' : 'token'
    },
    signIn (form) {
      const given = new URLSearchParams(form).get('token')?.trim() ?? ''
      return timingSafeEqual(digest(given), expected) ? `${cookieName()}=${session}; Path=/; HttpOnly; SameSite=Strict` : null
    }
  }
}

/** Whether a page of another site asks, as browsers say; one that leads to the status page may. */
export function isFromElsewhere (headers: IncomingHttpHeaders): boolean {
  const { 'sec-fetch-site': site = 'none', 'sec-fetch-mode': mode } = headers
  return site !== 'none' && site !== 'same-origin' && mode !== 'navigate'
}

/** Of equal length, whatever the length of the text. */
function digest (text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
