import type { FastifyReply, FastifyRequest, onRequestHookHandler, onSendHookHandler } from 'fastify'
import { answerEarly, firstHeaderLine, redirectNote } from '@floodgate/core'
import { createHostOf, prepareHosts } from './hosts.ts'
import { listSecurityHeaders } from './security-headers.ts'
import type { HttpSettings } from './settings.ts'

const badHost = Buffer.from('Bad Host\n')
const policyHeader = 'content-security-policy'

/**
 * Creates the hooks that refuse other hosts, redirect clients to https and set the security headers, in the order of
 * the library that the reference uses (unrolled/secure). Refused requests are answered without these headers.
 *
 * @throws {SyntaxError} an expression in `allowed_hosts`
 */
export function createHttpGuard (settings: HttpSettings): { onRequest: onRequestHookHandler, onSend: onSendHookHandler } {
  const { is_development: development = false, ssl_host: sslHost = '' } = settings
  const redirects = (settings.ssl_redirect ?? false) && !development
  const hostOf = createHostOf(settings.host_proxy_headers ?? [])
  const isKnown = development ? null : prepareHosts(settings.allowed_hosts ?? [], settings.allowed_hosts_are_regex ?? false)
  const cameWithTls = createTlsCheck(settings.ssl_proxy_headers ?? {})
  const plain = listSecurityHeaders(settings, false)
  const secure = listSecurityHeaders(settings, true)
  const passed = new WeakSet<FastifyReply>()

  return {
    onRequest: function checkHost (request, reply, done) {
      if (isKnown !== null && !isKnown(hostOf(request))) {
        reply.header('content-type', 'text/plain; charset=utf-8').header('x-content-type-options', 'nosniff')
        answerEarly(request, reply, 500, badHost)
        return
      }
      if (redirects && !cameWithTls(request)) {
        redirect(request, reply, `https://${sslHost || hostOf(request)}${request.originalUrl}`)
        return
      }
      passed.add(reply)
      done()
    },
    onSend: function setSecurityHeaders (request, reply, payload, done) {
      if (passed.has(reply)) {
        for (const [name, value] of cameWithTls(request) ? secure : plain) {
          const theirs = name === policyHeader ? reply.getHeader(name) : undefined
          // Browsers enforce all policies that they receive: a second one cannot loosen the first.
          reply.header(name, theirs === undefined ? value : [value, ...[theirs].flat().map(String)])
        }
      }
      done(null, payload)
    }
  }
}

function createTlsCheck (proxyHeaders: Readonly<Record<string, string>>): (request: FastifyRequest) => boolean {
  const headers = Object.entries(proxyHeaders).map(([name, value]) => [name.toLowerCase(), value] as const)
  return (request) => 'encrypted' in request.raw.socket || headers.some(([name, value]) => (firstHeaderLine(request, name) ?? '') === value)
}

/** As Go's http.Redirect: a short HTML note for GET requests. */
function redirect (request: FastifyRequest, reply: FastifyReply, location: string): void {
  reply.header('location', location)
  const { method } = request
  if (method === 'GET' || method === 'HEAD') reply.header('content-type', 'text/html; charset=utf-8')
  answerEarly(request, reply, 301, method === 'GET' ? redirectNote(301, location) : undefined)
}
