import http2 from 'node:http2'
import { once } from 'node:events'
import t, { type Test } from 'tap'
import { readAll } from '@floodgate/testing'
import type { Service } from '@floodgate/core'
import { ask, service, startRoutes, type StartOptions } from '../support/routing.ts'

const A = 'a.example.com'
const B = 'b.example.com:8443'

function hostsService (endpoints: readonly string[], settings: object = { hosts: [A, B] }, router: Record<string, unknown> = {}, parts: Partial<Service> = {}): Service {
  return service(endpoints, { ...parts, extra: { router, 'server/virtualhost': settings } })
}

/** The forms in which routes are served, each with the prefix of its paths. */
const forms: readonly (StartOptions & { name: string, prefix?: string })[] = [
  { name: 'standalone' },
  { name: 'embedded below a prefix', prefix: '/v1' },
  { name: 'embedded with its own 404', embedded: true, notFound: true },
  { name: 'embedded without', embedded: true, notFound: false }
]

async function start (t: Test, model: Service, { name, ...options }: typeof forms[number]) {
  const url = await startRoutes(t, model, options)
  return async (host: string, path: string, method = 'GET') => {
    const { status, headers, body } = await ask(url, `${options.prefix ?? ''}${path}`, { method, headers: { host } })
    return { status, location: headers.location, allow: headers.allow, served: body?.endpoint ?? null, params: body?.params }
  }
}

for (const form of forms) {
  t.test(`${form.name}: endpoints of a host first, then those of every host`, async (t) => {
    const send = await start(t, hostsService([
      'GET /foo', 'GET /shared', 'GET /users/me', 'GET /files/{x}',
      `GET /__virtual/${A}/foo`, `GET /__virtual/${B}/foo`, `GET /__virtual/${A}/users/{id}`, `GET /__virtual/${A}/only`, `GET /__virtual/${B}`, `POST /__virtual/${A}/foo`,
      `GET /__virtual/${A}/deep/*`
    ]), form)
    t.match(await send('other.example.com', '/foo'), { served: 'GET /foo' })
    t.match(await send(A, '/foo'), { served: `GET /__virtual/${A}/foo` })
    t.match(await send('A.Example.com', '/foo?x=1'), { served: `GET /__virtual/${A}/foo` }, 'case does not count')
    t.match(await send(`${A}:80`, '/foo'), { served: `GET /__virtual/${A}/foo` }, 'the usual port')
    t.match(await send(`${A}:443`, '/foo'), { served: `GET /__virtual/${A}/foo` })
    t.match(await send(`${A}:81`, '/foo'), { served: 'GET /foo' }, 'another port is another host')
    t.match(await send(`x${A}`, '/foo'), { served: 'GET /foo' })
    t.match(await send('aXexample.com', '/foo'), { served: 'GET /foo' })
    t.match(await send(B, '/foo'), { served: `GET /__virtual/${B}/foo` })
    t.match(await send('b.example.com', '/foo'), { served: 'GET /foo' })
    t.match(await send(A, '/foo', 'POST'), { served: `POST /__virtual/${A}/foo` })
    t.match(await send(A, '/shared'), { served: 'GET /shared' }, 'endpoints of every host')
    t.match(await send(A, '/users/7'), { served: `GET /__virtual/${A}/users/{id}`, params: { id: '7' } })
    t.match(await send(A, '/users/me'), { served: `GET /__virtual/${A}/users/{id}`, params: { id: 'me' } }, 'the host comes before the more specific path')
    t.match(await send('other', '/users/me'), { served: 'GET /users/me' })
    t.match(await send(A, '/deep/a/b'), { served: `GET /__virtual/${A}/deep/*`, params: { '*': 'a/b' } })
    t.match(await send(A, '/only'), { served: `GET /__virtual/${A}/only` })
    t.match(await send('other', '/only'), { status: 404 }, 'of no other host')
    t.match(await send(B, '/only'), { status: 404 })
    t.match(await send(B, '/'), { served: `GET /__virtual/${B}` })
    if (form.notFound !== false) {
      t.match(await send(A, '/users/%61'), { served: `GET /__virtual/${A}/users/{id}`, params: { id: 'a' } })
      t.match(await send(A, '/%66oo'), { served: `GET /__virtual/${A}/foo` })
    }
  })

  t.test(`${form.name}: nothing is reached by the path of its endpoint`, async (t) => {
    const send = await start(t, hostsService([`GET /__virtual/${A}/foo`, 'GET /__virtual/unlisted/foo', 'GET /{x}/{y}'], { hosts: [A] }, { remove_extra_slash: true }), form)
    for (const host of [A, 'other', 'unlisted']) {
      for (const path of [`/__virtual/${A}/foo`, `/__virtual/${A.toUpperCase()}/foo`, `/__Virtual/${A}/foo`, '/__virtual/unlisted/foo', `/%5f_virtual/${A}/foo`, `//__virtual/${A}/foo`, `/x/../__virtual/${A}/foo`]) {
        const { status, served, location } = await send(host, path)
        t.match({ status, served, location }, { status: 404, served: null, location: undefined }, `${host} ${path}`)
      }
    }
    t.match(await send('other', '/foo'), { status: 404 })
  })
}

t.test('aliases stand for hosts', async (t) => {
  const model = hostsService(['GET /__virtual/user_api/foo', 'GET /__virtual/basket/foo', 'GET /foo'], { aliased_hosts: { user_api: 'users.example.com:9000', basket: 'Basket.example.com' } })
  for (const form of forms) {
    const send = await start(t, model, form)
    t.match(await send('users.example.com:9000', '/foo'), { served: 'GET /__virtual/user_api/foo' }, form.name)
    t.match(await send('basket.example.com', '/foo'), { served: 'GET /__virtual/basket/foo' })
    t.match(await send('user_api', '/foo'), { served: 'GET /foo' }, 'an alias is no host')
  }
})

t.test('redirects and 405 are those of the host, without its name', async (t) => {
  const model = hostsService([`GET /__virtual/${A}/foo`, `GET /__virtual/${A}/both`, 'PUT /both', 'GET /plain'], { hosts: [A] }, { auto_options: true })
  for (const form of forms.slice(0, 3)) {
    const send = await start(t, model, form)
    const prefix = form.prefix ?? ''
    t.match(await send(A, '/foo/'), { status: 301, location: `${prefix}/foo` }, form.name)
    t.match(await send(A, '/FOO'), { status: 301, location: `${prefix}/foo` })
    t.match(await send('other', '/foo/'), { status: 404 })
    t.match(await send(A, '/plain/'), { status: 301, location: `${prefix}/plain` })
    t.match(await send(A, '/both', 'PUT'), { served: 'PUT /both' })
    t.match(await send(A, '/both', 'DELETE'), { status: 405, allow: 'GET, OPTIONS, PUT' })
    t.match(await send(A, '/foo', 'DELETE'), { status: 405, allow: 'GET, OPTIONS' })
    t.match(await send('other', '/both', 'GET'), { status: 405, allow: 'PUT, OPTIONS' })
    t.match(await send(A, '/foo', 'OPTIONS'), { status: 200, allow: 'GET' })
  }
})

t.test('without the namespace such paths are paths', async (t) => {
  const url = await startRoutes(t, service([`GET /__virtual/${A}/foo`, 'GET /foo']))
  t.match((await ask(url, `/__virtual/${A}/foo`, { headers: { host: A } })).body, { endpoint: `GET /__virtual/${A}/foo` })
  t.match((await ask(url, '/foo', { headers: { host: A } })).body, { endpoint: 'GET /foo' })
})

t.test('dot segments do not lead to another host', async (t) => {
  const send = await start(t, hostsService([`GET /__virtual/${A}/foo`, `GET /__virtual/${B}/secret`], { hosts: [A, B] }, { remove_extra_slash: true }), forms[0]!)
  for (const path of [`/../${B}/secret`, `/%2e%2e/${B}/secret`, `/..%2f${encodeURIComponent(B)}%2fsecret`]) t.match(await send(A, path), { status: 404, served: null }, path)
})

t.test('HTTP/2: the authority is the host; embedded and standalone', async (t) => {
  const model = hostsService([`GET /__virtual/${A}/foo`, 'GET /foo'], { hosts: [A] }, {}, { useH2c: true })
  const standalone = await startRoutes(t, model)
  const embedded = await startRoutes(t, model, { embedded: true, fastify: { http2: true } as never })
  for (const url of [standalone, embedded]) {
    const session = http2.connect(url)
    t.teardown(() => { session.close() })
    const send = async (authority: string) => {
      const stream = session.request({ ':path': '/foo', ':authority': authority })
      await once(stream, 'response')
      return JSON.parse((await readAll(stream)).toString()).endpoint
    }
    t.equal(await send(A), `GET /__virtual/${A}/foo`)
    t.equal(await send('other'), 'GET /foo')
    session.close()
  }
})

t.test('hooks of an app run once for a host\'s endpoint', async (t) => {
  let count = 0
  const url = await startRoutes(t, hostsService([`GET /__virtual/${A}/foo`, 'GET /other'], { hosts: [A] }), {
    embedded: true,
    before (app) { app.addHook('onRequest', (_request, _reply, done) => { count++; done() }) }
  })
  await ask(url, '/foo', { headers: { host: A } })
  t.equal(count, 1)
})
