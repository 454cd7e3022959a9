import t from 'tap'
import { startExample } from './start-example.ts'

// Each endpoint of examples/migrated, in the order of its configuration.

t.test('migrated: every endpoint of a whole configuration', async (t) => {
  const { get, output, said } = await startExample(t, 'migrated')
  const json = async (path: string, init?: RequestInit) => {
    const response = await get(path, init)
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text.startsWith('{') ? JSON.parse(text) : text }
  }
  const post = (path: string, body: object | string, headers: Record<string, string> = {}) =>
    json(path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } })
  const saw = (line: string) => output().split('\n').filter((one) => one.includes(line)).length

  // 1. JMESPath, http-cache, Cache-Control, response-headers
  const list = await json('/sailings?from=ROM')
  t.match(list, { status: 200, body: { sailings: [{ id: 'RA1', from: 'ROM', to: 'ARB', departs: '08:15' }] } })
  t.same(['cache-control', 'x-ferry-line', 'x-powered-by'].map((name) => list.headers.get(name)), ['public, max-age=60', 'Upper Lake', null])
  await json('/sailings?from=ROM')
  await said('sailings saw GET /sailings?from=ROM')
  t.equal(saw('sailings saw GET /sailings?from=ROM'), 1, 'the second comes from the cache')

  // 2. merge, Lua
  t.same((await json('/sailings/AL7')).body, { id: 'AL7', from: 'ARB', to: 'LIN', departure: '11:30', seats: 40, full: false, ship: { name: 'MS Thurgau', decks: 2 } })

  // 3. GraphQL query
  t.same((await json('/sailings/RA1/seats')).body, { free: 120, taken: 3 })

  // 5. tokens
  const session = async (user: string, roles: string[]) => {
    const { body } = await post('/session', { user, roles })
    return { authorization: `Bearer ${body.access_token as string}` }
  }
  const ann = await session('ann', ['member'])
  const bob = await session('bob', ['staff'])

  // 4. mutation, roles
  t.equal((await post('/sailings/RA1/seats', { seat: '12A' })).status, 401)
  t.equal((await post('/sailings/RA1/seats', { seat: '12A' }, bob)).status, 403)
  t.same((await post('/sailings/RA1/seats', { seat: '12A' }, ann)).body, { data: { hold: { ok: true, seat: '12A', line: 'upper-lake' } } })

  // 6. schema, template, martian
  const booking = { sailing: 'RA1', passengers: [{ name: 'Ann "A." Ö' }, { name: 'Bo' }] }
  t.equal((await post('/bookings', booking)).status, 401)
  t.match(await post('/bookings', { sailing: 'RA1', passengers: [] }, ann), { status: 400, body: /at '\/passengers'/ })
  t.same((await post('/bookings', booking, ann)).body, { id: 'B77', order: { sailing: 'RA1', owner: 'ann', currency: 'CHF', lines: [{ passenger: 'ANN "A." Ö' }, { passenger: 'BO' }] } })
  t.equal((await post('/bookings', { ...booking, pad: 'x'.repeat(70_000) }, ann)).status, 413)

  // 7. sequence with a claim
  t.same((await json('/bookings/B77', { headers: ann })).body, { booking: { id: 'B77', sailing: 'RA1' }, sailing: { from: 'ROM', to: 'ARB' } })
  t.notSame((await json('/bookings/B77', { headers: bob })).body.sailing, { from: 'ROM', to: 'ARB' }, 'somebody else has no such booking')

  // 8. passed on, roles, propagated claims
  t.equal((await get('/bookings/B77', { method: 'DELETE', headers: ann })).status, 403)
  const deleted = await get('/bookings/B77', { method: 'DELETE', headers: bob })
  t.same([deleted.status, deleted.headers.get('x-deleted-by')], [204, 'bob'])

  // 9. SOAP
  t.same((await json('/ports/ROM')).body, { code: 'ROM', name: 'Romanshorn', berths: '4' })
  await said('<Code>ROM</Code>')

  // 10. flatmap
  t.same((await json('/ports/ROM/weather')).body, { stations: [{ name: 'harbour', celsius: 21.5 }, { name: 'pier', celsius: 19 }] })

  // 11. conditional backends
  const fare = async (path: string, tier = 'none') => (await json(path, { headers: { 'x-tier': tier } })).body.fare
  t.same([await fare('/fares/ROM/ARB'), await fare('/fares/ROM/ARB', 'gold'), await fare('/fares/ROM/ROM')], ['ROM/ARB', 'gold/ROM/ARB', 'domestic/ROM/ROM'])

  // 12. a template writes the answer
  t.match((await json('/board')).body, { title: 'Departures', lines: ['08:15 ROM - ARB', '10:15 ROM - ARB', '11:30 ARB - LIN'] })

  // 13. mutual TLS, a stream, ranges
  const ticket = await get('/tickets/9')
  t.same([ticket.status, ticket.headers.get('content-type'), await ticket.text()], [200, 'application/pdf', '%PDF-1.4 a ticket'])
  t.equal((await get('/tickets/9', { headers: { range: 'bytes=0-3' } })).status, 206)

  // 14. CEL, mutual TLS, no_redirect
  t.match(await post('/payments', { amount: 1 }, { 'content-type': 'text/plain' }), { status: 500, body: /evaluator #0/ })
  const payment = await get('/payments', { method: 'POST', body: '{"amount":1}', headers: { 'content-type': 'application/json' } })
  t.same([payment.status, payment.headers.get('location')], [303, 'https://pay.partner.test/confirm/9'])

  // 15. forward proxy, martian
  t.same((await json('/offers')).body, { offers: [{ id: 1, discount: 0.1 }] })
  await said(/proxy saw (?:GET http:\/\/offers\.partner\.test:\d+\/offers|CONNECT offers\.partner\.test)/)

  // 16. a partial answer with static data, a limit of the backend
  const reviews = await json('/reviews/thurgau')
  t.same([reviews.headers.get('x-krakend-completed'), reviews.body], ['true', { name: 'MS Thurgau', reviews: ['calm'] }])
  const without = await json('/reviews/thurgau')
  t.same([without.headers.get('x-krakend-completed'), without.body], ['false', { name: 'MS Thurgau', reviews: [], notice: 'no reviews today' }])

  // 17. dynamic routing
  t.same((await json('/regions/timetable?region=east', { headers: { 'accept-language': 'rm' } })).body, { timetable: 'east/rm' })
  t.equal((await json('/regions/timetable', { headers: { 'accept-language': 'rm' } })).status, 400)

  // 18. a file instead of a service; files of the service
  const winter = await json('/timetable/winter')
  t.match(winter.body, { season: 'winter', sailings: [{ departs: '09:00' }] })
  t.equal(winter.headers.get('cache-control'), 'public, max-age=3600')
  t.match(await (await get('/app/')).text(), /Boats on the upper lake/)

  // 19. a limit per client, Lua
  const search = async (client: string) => (await json('/search?q=arb&x=1', { headers: { 'x-client': client } })).status
  t.match((await json('/search?q=arb&x=1', { headers: { 'x-client': 'c' } })).body, { results: [{ id: 'RA1' }], count: 1, query: 'q=arb', client: 'c' })
  t.match(await json('/search?q=a', { headers: { 'x-client': 'd' } }), { status: 400, body: 'search for at least two letters' })
  t.same([await search('a'), await search('a'), await search('a'), await search('b')], [200, 200, 429, 200])

  // 20. values of the body, a script
  const message = (mail: string, text: string) => post('/contact', { from: { mail }, text })
  t.same((await message('ann@lake.example', 'urgent!')).body, { received: true, urgent: true, reply_to: 'ann@lake.example', domain: 'lake.example', answer_within_hours: 4 })
  t.match(await message('x@spam.example', 'buy'), { status: 403, body: 'no messages from there' })

  // the service
  t.equal((await get('/sailings', { headers: { 'user-agent': 'greedy-crawler/1.0' } })).status, 403)
  const preflight = await get('/bookings', { method: 'OPTIONS', headers: { origin: 'https://ferry.example', 'access-control-request-method': 'POST' } })
  t.equal(preflight.headers.get('access-control-allow-origin'), 'https://ferry.example')
})
