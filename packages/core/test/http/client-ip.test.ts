import t from 'tap'
import type http from 'node:http'
import fastify from 'fastify'
import { createClientIp, type Service } from '@floodgate/core'
import { call, type Teardown } from '@floodgate/testing'

function service (router: Record<string, unknown>): Service {
  return { extra: { router } } as unknown as Service
}

async function ask (t: Teardown, router: Record<string, unknown>, headers: http.OutgoingHttpHeaders = {}): Promise<string> {
  const clientIp = createClientIp(service(router))
  const app = fastify()
  t.teardown(() => app.close())
  app.get('/', (request) => clientIp(request))
  const url = await app.listen({ port: 0, host: '::' }).catch(() => app.listen({ port: 0, host: '127.0.0.1' }))
  const port = Number(new URL(url).port)
  return (await call(`http://127.0.0.1:${port}`, { headers })).body.toString()
}

t.test('createClientIp: takes the connection where no header tells, without the IPv6 mapping', async (t) => {
  t.equal(await ask(t, {}), '127.0.0.1')
})

t.test('createClientIp: believes everybody by default, X-Forwarded-For before X-Real-IP', async (t) => {
  t.equal(await ask(t, {}, { 'x-forwarded-for': '9.9.9.9' }), '9.9.9.9')
  t.equal(await ask(t, {}, { 'x-forwarded-for': ' 9.9.9.9 , 10.0.0.1' }), '9.9.9.9', 'the foremost')
  t.equal(await ask(t, {}, { 'x-real-ip': '8.8.8.8' }), '8.8.8.8')
  t.equal(await ask(t, {}, { 'x-real-ip': '8.8.8.8', 'x-forwarded-for': '9.9.9.9' }), '9.9.9.9')
  t.equal(await ask(t, {}, { 'x-forwarded-for': '2001:db8::1' }), '2001:db8::1')
})

t.test('createClientIp: passes over a header that holds something else', async (t) => {
  t.equal(await ask(t, {}, { 'x-forwarded-for': 'evil', 'x-real-ip': '8.8.8.8' }), '8.8.8.8')
  t.equal(await ask(t, {}, { 'x-forwarded-for': '9.9.9.9, evil' }), '127.0.0.1')
  t.equal(await ask(t, {}, { 'x-forwarded-for': '' }), '127.0.0.1')
})

t.test('createClientIp: forwarded_by_client_ip false believes nobody', async (t) => {
  t.equal(await ask(t, { forwarded_by_client_ip: false }, { 'x-forwarded-for': '9.9.9.9' }), '127.0.0.1')
})

t.test('createClientIp: remote_ip_headers names other headers, whatever their case', async (t) => {
  t.equal(await ask(t, { remote_ip_headers: ['X-Custom-IP'] }, { 'x-custom-ip': '7.7.7.7', 'x-forwarded-for': '9.9.9.9' }), '7.7.7.7')
  t.equal(await ask(t, { remote_ip_headers: [] }, { 'x-forwarded-for': '9.9.9.9' }), '9.9.9.9', 'an empty list is the default')
})

t.test('createClientIp: trusted_proxies decides whose header counts', async (t) => {
  t.equal(await ask(t, { trusted_proxies: ['10.0.0.0/8'] }, { 'x-forwarded-for': '9.9.9.9' }), '127.0.0.1')
  t.equal(await ask(t, { trusted_proxies: ['127.0.0.1'] }, { 'x-forwarded-for': '9.9.9.9' }), '9.9.9.9')
  const trusted = { trusted_proxies: ['127.0.0.0/8', '10.0.0.0/8', '2001:db8::/32'] }
  t.equal(await ask(t, trusted, { 'x-forwarded-for': '6.6.6.6, 9.9.9.9, 10.1.1.1, 2001:db8::7' }), '9.9.9.9', 'the last that is no trusted proxy')
  t.equal(await ask(t, trusted, { 'x-forwarded-for': '10.1.1.1, 10.2.2.2' }), '10.1.1.1', 'all trusted: the foremost')
  for (const bad of ['10.0.0/8', 'proxy.corp', '10.0.0.0/33', '10.0.0.0/', '::1/x']) {
    t.throws(() => createClientIp(service({ trusted_proxies: [bad] })), { message: /trusted_proxies: .*10\.0\.0\.0\/8"$/ }, bad)
  }
})

t.test('createClientIp: app_engine reads its own header first', async (t) => {
  t.equal(await ask(t, { app_engine: true }, { 'x-appengine-remote-addr': '5.5.5.5', 'x-forwarded-for': '9.9.9.9' }), '5.5.5.5')
  t.equal(await ask(t, { app_engine: true, forwarded_by_client_ip: false }, { 'x-forwarded-for': '9.9.9.9' }), '127.0.0.1')
})
