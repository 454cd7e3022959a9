import t, { type Test } from 'tap'
import { loadConfig } from '../../../src/load-config.ts'

/** Warnings about the backend's settings, as `place: message`. */
async function check (t: Test, backend: object, floodgate: object, root: object = {}): Promise<string[]> {
  const config = {
    version: 3,
    ...root,
    endpoints: [{ endpoint: '/a', method: 'PUT', backend: [{ url_pattern: '/', host: ['http://a:8080', 'http://b:8080'], extra_config: { 'backend/http/client': { floodgate } }, ...backend }] }]
  }
  const { problems: warnings } = await loadConfig(config as never)
  return warnings.filter(({ message }) => !/unknown/.test(message)).map(({ place, message }) => `${place.slice(place.indexOf('floodgate') + 1).join('.')}: ${message}`)
}

t.test('checkHostSettings: what has no effect for one host', async (t) => {
  const alone = { host: ['http://a:8080'] }
  t.match(await check(t, alone, { eject: {} }), [/^eject: has no effect: the backend has one host/])
  t.match(await check(t, { host: ['http://a:8080', 'http://a:8080'] }, { eject: {} }), [/one host/], 'written twice')
  t.match(await check(t, alone, { failover: true }), [/^failover: has no effect/])
  t.same(await check(t, alone, { retry: {}, health: { path: '/' }, failover: false }), [])
  t.same(await check(t, {}, { eject: {}, retry: {}, failover: true }), [])
  t.same(await check(t, { sd: 'dns', host: ['_api._tcp.test'] }, { eject: {} }), [])
})

t.test('checkHostSettings: a share of less than one host ejects none', async (t) => {
  t.match(await check(t, {}, { eject: { max_percent: 49 } }), [/^eject\.max_percent: ejects no host: 49 percent of 2 hosts is less than one/])
  t.same(await check(t, {}, { eject: { max_percent: 0 } }), [])
})

t.test('checkHostSettings: requests that are not repeated', async (t) => {
  t.match(await check(t, { method: 'POST' }, { retry: {} }), [/^retry: a POST is not repeated after it was sent/])
  t.match(await check(t, { method: 'patch' }, { retry: {} }), [/^retry: a PATCH/])
  t.same(await check(t, { method: 'POST' }, { retry: { on: ['dial'] } }), [])
  t.same(await check(t, { method: 'DELETE' }, { retry: {} }), [])
  t.match(await check(t, {}, { retry: { on: ['timeout'] } }), [/^retry\.on: "timeout" has no effect/])
  t.same(await check(t, {}, { retry: { on: ['timeout'] } }, { response_header_timeout: '1s' }), [])
})

t.test('checkHostSettings: a forward proxy looks names up, so that dns-a has no effect', async (t) => {
  const names = async (client: object) => {
    const backend = { url_pattern: '/', host: ['http://a.test:8080', 'http://b.test'], sd: 'dns-a', extra_config: { 'backend/http/client': client } }
    const { problems } = await loadConfig({ version: 3, endpoints: [{ endpoint: '/a', backend: [backend] }] } as never)
    return problems.filter(({ code }) => code === 'no-effect').map(({ place, message }) => `${place.join('.')}: ${message}`)
  }
  const proxy = { proxy_address: 'http://proxy.test:3128' }
  t.match(await names(proxy), [/^endpoints\.0\.backend\.0\.sd: "dns-a" has no effect on http:\/\/a\.test:8080, http:\/\/b\.test: the forward proxy looks the name up/])
  t.match(await names({ ...proxy, floodgate: { no_proxy: ['a.test'] } }), [/on http:\/\/b\.test: /])
  t.same(await names({}), [])
})
