import t from 'tap'
import { feature as httpFeature } from '../../src/http/feature.ts'
import { createContext, serve } from '../support/serve.ts'

t.test('security/http: sets its headers on every answer, before a backend\'s', async (t) => {
  const send = await serve(t, httpFeature, {
    frame_deny: true, content_type_nosniff: true, browser_xss_filter: true, content_security_policy: "default-src 'self'", referrer_policy: 'no-referrer', sts_seconds: 60, force_sts_header: true, hpkp_public_key: 'pin'
  }, (_request, reply) => { reply.header('x-frame-options', 'SAMEORIGIN').header('content-security-policy', 'img-src *').send('ok') })
  const { headers } = await send()
  t.match(headers, { 'x-frame-options': 'DENY', 'x-content-type-options': 'nosniff', 'x-xss-protection': '1; mode=block', 'referrer-policy': 'no-referrer', 'strict-transport-security': 'max-age=60' })
  t.equal(headers['content-security-policy'], "default-src 'self', img-src *")
  t.notOk('public-key-pins' in headers, 'only on TLS')
  t.equal((await send({ path: '/nope' })).headers['x-frame-options'], 'DENY')
})

t.test('security/http: refuses other hosts with none of its headers', async (t) => {
  const send = await serve(t, httpFeature, { allowed_hosts: ['a.test', 'b.test:8080'], host_proxy_headers: ['X-Forwarded-Host'], frame_deny: true })
  t.equal((await send({ headers: { host: 'A.test' } })).status, 200)
  t.equal((await send({ headers: { host: 'b.test:8080' } })).headers['x-frame-options'], 'DENY')
  t.equal((await send({ headers: { host: 'inner', 'x-forwarded-host': 'a.test' } })).status, 200)
  for (const headers of [{ host: 'b.test' }, { host: 'a.test', 'x-forwarded-host': 'evil.test' }]) {
    const answer = await send({ method: 'POST', path: '/nope', headers })
    t.match(answer, { status: 500, body: 'Bad Host\n', headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' } })
    t.notOk('x-frame-options' in answer.headers)
  }
})

t.test('security/http: takes expressions as hosts, whole', async (t) => {
  const send = await serve(t, httpFeature, { allowed_hosts: ['a|b[.]test'], allowed_hosts_are_regex: true })
  for (const [host, status] of [['a', 200], ['b.test', 200], ['a.evil', 500], ['xb.test', 500], ['bxtest', 500]] as const) t.equal((await send({ headers: { host } })).status, status, host)
  const { context, problems } = createContext()
  t.equal(httpFeature.service!({ allowed_hosts: ['(?=a)'], allowed_hosts_are_regex: true }, context), undefined)
  t.match(problems, [/^extra_config.security\/http.allowed_hosts: not a valid regular expression/])
})

t.test('security/http: sends clients to https, all methods', async (t) => {
  const settings = { ssl_redirect: true, ssl_proxy_headers: { 'X-Forwarded-Proto': 'https' }, sts_seconds: 1 }
  const send = await serve(t, httpFeature, settings)
  t.match(await send({ path: '/x?a=<b>', headers: { host: 'a.test' } }), { status: 301, headers: { location: 'https://a.test/x?a=<b>', 'content-type': 'text/html; charset=utf-8' }, body: '<a href="https://a.test/x?a=&lt;b&gt;">Moved Permanently</a>.\n\n' })
  t.match(await send({ method: 'DELETE', headers: { host: 'a.test' } }), { status: 301, body: '' })
  const secure = await send({ headers: { 'x-forwarded-proto': 'https' } })
  t.match(secure, { status: 200, headers: { 'strict-transport-security': 'max-age=1' } })
  const named = await serve(t, httpFeature, { ...settings, ssl_host: 'b.test' })
  t.equal((await named()).headers.location, 'https://b.test/x')
  const development = await serve(t, httpFeature, { ...settings, allowed_hosts: ['b.test'], is_development: true })
  t.equal((await development()).status, 200)
})
