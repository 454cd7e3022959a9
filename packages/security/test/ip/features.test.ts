import t from 'tap'
import type { CoreRequest, Endpoint, Step } from '@floodgate/core'
import { modifierFeature, serverFeature } from '../../src/ip/features.ts'
import { createContext, model, serve } from '../support/serve.ts'

const filter = (settings: object) => ({ name: ['ip-filter'], 'ip-filter': settings })

t.test('plugin/http-server ip-filter: lets only listed addresses pass, or all but these', async (t) => {
  const allow = await serve(t, serverFeature, filter({ CIDR: ['10.0.0.0/8', '2001:db8::/32'], allow: true }))
  const deny = await serve(t, serverFeature, filter({ CIDR: ['10.0.0.0/8', '127.0.0.1'], client_ip_headers: ['X-Ip'] }))
  for (const [ip, allowed] of [['10.1.2.3', true], ['11.1.2.3', false], ['2001:db8::1', true], ['::1', false]] as const) {
    t.equal((await allow({ headers: { 'x-forwarded-for': ip } })).status, allowed ? 200 : 403, ip)
  }
  t.match(await allow({ path: '/nope' }), { status: 403, body: '' })
  t.equal((await deny({ headers: { 'x-ip': '10.1.2.3' } })).status, 403)
  t.equal((await deny({ headers: { 'x-ip': '11.1.2.3' } })).status, 200)
  t.equal((await deny({ headers: { 'x-forwarded-for': '11.1.2.3' } })).status, 403, 'other headers do not count')
})

t.test('plugin/http-server ip-filter: believes only the headers of trusted proxies', async (t) => {
  const send = await serve(t, serverFeature, filter({ CIDR: ['10.0.0.0/8'], allow: true, trusted_proxies: ['192.168.0.0/16'] }))
  t.equal((await send({ headers: { 'x-forwarded-for': '10.1.2.3' } })).status, 403)
})

t.test('plugin/req-resp-modifier ip-filter: fails the endpoint', async (t) => {
  const { context } = createContext()
  const next = (async () => 'answer') as unknown as Step
  const step = modifierFeature.endpoint!(filter({ CIDR: ['10.0.0.0/8'] }), next, { place: [] } as unknown as Endpoint, context)
  const request = (ip: string) => ({ incoming: { headers: { 'x-forwarded-for': ip }, raw: { socket: { remoteAddress: '::1' } } } }) as unknown as CoreRequest
  t.equal(await step(request('11.0.0.1')), 'answer')
  await t.rejects(step(request('10.0.0.1')), { code: 'FG_ERR_SECURITY_ADDRESS', status: 500 })
  t.equal(modifierFeature.endpoint!({ name: [] }, next, { place: [] } as unknown as Endpoint, context), next)
})

t.test('ip-filter: says what is missing or wrong', async (t) => {
  const { context, problems, warnings } = createContext()
  for (const settings of [{ name: [], 'ip-filter': { CIDR: [] } }, { name: ['ip-filter'] }, filter({ CIDR: ['10.0.0.0/40'] }), filter({ CIDR: ['ten'] })]) serverFeature.service!(settings, context)
  t.match(warnings, [/^extra_config\.plugin\/http-server\.ip-filter: has no effect: add/, /trusted_proxies/, /trusted_proxies/])
  t.match(problems, [/is missing/, /"10.0.0.0\/40" is not a valid IP address or network/, /"ten" is not a valid IP address or network/])
  t.same(model.extra, {})
})

t.test('plugin/http-server ip-filter: several lines of a header are one list', async (t) => {
  const all = await serve(t, serverFeature, filter({ CIDR: ['6.6.6.6'] }))
  t.equal((await all({ headers: { 'x-forwarded-for': ['6.6.6.6', '11.1.2.3'] } })).status, 403)
  const behind = await serve(t, serverFeature, filter({ CIDR: ['10.0.0.0/8'], allow: true, trusted_proxies: ['127.0.0.0/8'] }))
  t.equal((await behind({ headers: { 'x-forwarded-for': ['10.1.2.3', '11.1.2.3'] } })).status, 403, 'the line that the proxy added counts, not the client\'s own before it')
  t.equal((await behind({ headers: { 'x-forwarded-for': ['11.1.2.3', '10.1.2.3'] } })).status, 200)
})
