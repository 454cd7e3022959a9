import t from 'tap'
import { startOrigin } from '@floodgate/testing'
import { createApp } from '../examples/embedded/src/app.ts'
import { createApp as createShop } from '../examples/own-feature/src/app.ts'
import { startExample } from './start-example.ts'

t.test('standalone: plain, mutual TLS, and a forward proxy with no_redirect', async (t) => {
  const { get, said } = await startExample(t, 'standalone')
  t.same(await (await get('/plain')).json(), { hello: 'plain' })
  t.same(await (await get('/private')).json(), { hello: 'private', client: 'the gateway' })
  const proxied = await get('/proxied')
  t.equal(proxied.status, 302)
  t.equal(proxied.headers.get('location'), 'https://elsewhere.example/hello')
  await said(/proxy saw GET http:\/\/legacy\.test:\d+\/hello/)
})

t.test('client-settings: the backend\'s settings replace the global ones', async (t) => {
  const { get, said } = await startExample(t, 'client-settings')
  const foo = await get('/foo')
  t.equal(foo.status, 302)
  t.equal(foo.headers.get('location'), 'https://api/new-foo')
  await said('proxy saw CONNECT api:443')
  const bar = await get('/bar')
  t.equal(bar.status, 200)
  t.equal(await bar.text(), 'trusted by the global client_tls\n')
})

t.test('mtls: each endpoint has its own client certificate', async (t) => {
  const { get } = await startExample(t, 'mtls')
  t.same(await (await get('/orders')).json(), { you: 'orders@our-company' })
  t.same(await (await get('/billing')).json(), { you: 'billing@our-company' })
})

t.test('aggregation: three services in one answer', async (t) => {
  const { get } = await startExample(t, 'aggregation')
  const answer = await get('/members/7/home')
  t.equal(answer.headers.get('x-krakend-completed'), 'true')
  t.equal(answer.headers.get('cache-control'), 'public, max-age=300')
  t.same(await answer.json(), {
    member: { name: 'Ada', contact: 'ada@library.example', since: 2019 },
    loans: [{ book: 'Flatland', due: '2031-01-08' }, { book: 'Solaris', due: '2031-01-15' }],
    suggestions: { books: ['Ubik', 'Roadside Picnic'], debug: { model: 'nearest' } }
  })
})

t.test('sequential-lookup: what one service says is asked of the next', async (t) => {
  const { get, said } = await startExample(t, 'sequential-lookup')
  const answer = await get('/trips/XK42')
  t.same(await answer.json(), {
    booking: { hotel_id: 31, guest: 'Ada', destination: { city_id: 'trn' } },
    hotel: { name: 'Hotel Po', stars: 3 },
    weather: { sky: 'clear', celsius: 21.5 }
  })
  await said('weather saw GET /weather?city=trn')
})

t.test('embedded: gateway routes beside handlers of the app', async (t) => {
  const keys: unknown[] = []
  const catalogue = await startOrigin(t, (req, res) => {
    keys.push(req.headers['x-api-key'])
    res.writeHead(200, { 'content-type': 'application/json' }).end('{"id":7,"title":"Flatland","author":"Abbott"}')
  })
  const app = await createApp(catalogue.url)
  t.teardown(() => app.close())
  t.same((await app.inject('/hello')).json(), { hello: 'from a handler of our own' })
  const book = await app.inject('/api/books/7')
  t.same(book.json(), { id: 7, title: 'Flatland', author: 'Abbott' })
  t.ok(book.headers['x-request-id'])
  t.same((await app.inject('/api/books/7/card')).json(), { card: { title: 'Flatland', author: 'Abbott' } })
  t.same(keys, ['held by the app, not by its clients', undefined])
  t.equal((await app.inject('/nowhere')).json().message, 'Route GET:/nowhere not found', 'the app\'s own not-found handler')
})

t.test('own-feature: a namespace of one\'s own refuses, and changes the answer', async (t) => {
  const stock = await startOrigin(t, (_, res) => { res.writeHead(200, { 'content-type': 'application/json' }).end('{"lamps":3}') })
  const app = await createShop(stock.url)
  t.teardown(() => app.close())
  const refused = await app.inject('/stock')
  t.equal(refused.statusCode, 400)
  t.equal(refused.body, 'the header X-Shop is missing')
  const served = await app.inject({ url: '/stock', headers: { 'x-shop': 'turin' } })
  t.same(served.json(), { lamps: 3, shop: 'turin' })
})

t.test('templated: routes of services, from settings, partials and templates', async (t) => {
  const { get, said } = await startExample(t, 'templated')
  t.same(await (await get('/plants/7/care')).json(), { from: 'plants', path: '/v2/plants/7/care' })
  await said('plants saw GET /v2/plants/7/care')
  t.same(await (await get('/diagnostics')).json(), { orders: { from: 'orders', path: '/health' }, plants: { from: 'plants', path: '/health' } })
  const unknown = await get('/trees')
  t.equal(unknown.status, 404)
  t.match(await unknown.json(), { message: 'this gateway has no such route' })
})
