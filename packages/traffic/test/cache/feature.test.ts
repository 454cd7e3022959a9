import { Readable } from 'node:stream'
import { Call, CoreRequest, Fault, type Backend, type BackendResponse, type FeatureContext, type Headers } from '@floodgate/core'
import { features } from '@floodgate/traffic'
import t from 'tap'
import { createKeep } from '../support/create-keep.ts'

const cacheFeature = await features.find(({ namespace }) => namespace === 'qos/http-cache')!.load!()
const date = (offset = 0) => new Date(Date.now() + offset).toUTCString()
const read = async (body: BackendResponse['body']) => body === null ? '' : Buffer.isBuffer(body) ? String(body) : String(Buffer.concat(await body.toArray()))

type Answer = Partial<BackendResponse> & { fault?: Fault }
interface World { settings?: object, encoding?: string, extra?: object, keep?: FeatureContext['keep'] }

/** A backend's cached exchange over answers to give in turn, the last one for ever. */
function cached (answers: Answer[], { settings = {}, encoding = 'json', extra = {}, keep = createKeep() }: World = {}) {
  const seen: { target: string, headers: Readonly<Headers> }[] = []
  let turn = 0
  const exchange = cacheFeature.exchange!(settings, async ({ target, headers }) => {
    seen.push({ target, headers })
    const { fault, ...answer } = answers[Math.min(turn++, answers.length - 1)]!
    if (fault !== undefined) throw fault
    return { status: 200, headers: {}, body: Buffer.from(`${turn}`), ...answer, ...(answer.headers && { headers: { ...answer.headers } }) }
  }, { encoding, extra, place: [] } as unknown as Backend, { keep, workers: null, model: { endpoints: [] } } as unknown as FeatureContext)
  return {
    seen,
    async ask (headers: Headers = {}, { target = '/x', method = 'GET' } = {}) {
      const request = new CoreRequest({} as CoreRequest['incoming'], new Call(0), method, {}, headers, null, null)
      request.origin = 'http://api'
      request.target = target
      const { status, body, headers: sent } = await exchange(request)
      return { status, headers: sent, body: await read(body) }
    },
    async bodies (...requests: (Headers | undefined)[]) {
      const bodies = []
      for (const headers of requests) bodies.push((await this.ask(headers)).body)
      return bodies.join(' ')
    }
  }
}

const minute = { 'cache-control': 'max-age=60' }

t.test('qos/http-cache: what a client can say about itself is in no answer of another one', async (t) => {
  const echo = () => cached([{ headers: minute }])
  for (const name of ['x-forwarded-host', 'authorization', 'cookie', 'x-api-key', 'x-user', 'x-forwarded-proto', 'x-forwarded-port', 'forwarded', 'x-original-url', 'x-rewrite-url', 'x-http-method-override', 'origin', 'x-anything']) {
    t.equal(await echo().bodies({ [name]: 'a' }, { [name]: 'b' }, { [name]: 'a' }, {}), '1 2 1 3', name)
  }
  for (const name of ['user-agent', 'x-forwarded-for', 'x-forwarded-via', 'accept-language', 'traceparent', 'x-b3-traceid', 'sec-fetch-mode']) {
    t.equal(await echo().bodies({ [name]: 'a' }, { [name]: 'b' }, {}), '1 1 1', name)
    t.equal(await cached([{ headers: { ...minute, vary: name } }]).bodies({ [name]: 'a' }, { [name]: 'b' }), '1 2', `${name} in Vary`)
  }
  t.equal(await echo().bodies({ 'x-a': '1', 'x-b': '2' }, { 'x-b': '2', 'x-a': '1' }), '1 1', 'in any order')
  t.equal(await echo().bodies({ 'x-a': ['1', '', 'x-b:2'] }, { 'x-a': '1', 'x-b': '2' }), '1 2')
  t.equal(await echo().bodies({ 'x-forwarded-host': 'a b' }, { 'x-forwarded-host': 'a', b: '' }), '1 2')
  const long = 'h'.repeat(300)
  t.equal(await echo().bodies({ 'x-forwarded-host': `${long}1` }, { 'x-forwarded-host': `${long}2` }, { 'x-forwarded-host': `${long}1` }), '1 2 1')
})

t.test('qos/http-cache: keeps what says how long, in buffers and streams', async (t) => {
  t.equal(await cached([{ headers: minute }]).bodies({}, {}, {}), '1 1 1')
  t.equal(await cached([{ headers: { expires: date(60_000), date: date() } }]).bodies({}, {}), '1 1')
  t.equal(await cached([{ headers: { 'cache-control': 'private, max-age=60' } }]).bodies({}, {}), '1 1')
  for (const none of [{}, { 'cache-control': 'max-age=0' }, { 'cache-control': 'no-store, max-age=60' }, { ...minute, vary: '*' }, { ...minute, age: '61' }]) {
    t.equal(await cached([{ headers: none }]).bodies({}, {}), '1 2', JSON.stringify(none))
  }
  const stream = cached([{ headers: minute, body: Readable.from([Buffer.from('a'), Buffer.from('b')]) }], { encoding: 'no-op' })
  t.equal(await stream.bodies({}, {}), 'ab ab')
})

t.test('qos/http-cache: asks anew for what is not the same', async (t) => {
  const queries = cached([{ headers: minute }])
  t.same([(await queries.ask({}, { target: '/x?q=1' })).body, (await queries.ask({}, { target: '/x?q=2' })).body, (await queries.ask({}, { target: '/x?q=1' })).body], ['1', '2', '1'])
  t.equal(await cached([{ headers: { ...minute, vary: 'X-One, X-Two' } }]).bodies({ 'x-one': 'a' }, { 'x-one': 'a' }, { 'x-one': 'b' }, {}), '1 1 2 3')
  t.equal(await cached([{ headers: { ...minute, vary: 'X-One' } }]).bodies({ 'x-one': ['a', 'b'] }, { 'x-one': ['a', 'b'] }, { 'x-one': 'a,b' }), '1 1 2', 'two lines are not one with a comma')
  t.equal(await cached([{ headers: minute }]).bodies({ authorization: 'a' }, { authorization: 'b' }, { authorization: 'a' }, { cookie: 'c' }, {}), '1 2 1 3 4', 'credentials')
  t.equal(await cached([{ headers: minute }]).bodies({ range: 'bytes=0-1' }, { range: 'bytes=0-1' }), '1 2')
  t.equal(await cached([{ headers: minute }]).bodies({ 'cache-control': 'no-store' }, {}, { 'cache-control': 'no-cache' }, {}), '1 2 3 3')
  const post = cached([{ headers: minute }])
  t.same([(await post.ask({}, { method: 'POST' })).body, (await post.ask({}, { method: 'POST' })).body], ['1', '2'])
  t.equal((await cached([{}]).ask({ 'cache-control': 'only-if-cached' })).status, 504)
  const kept = cached([{ headers: minute }])
  t.equal((await kept.ask({})).body, '1')
  for (const over of [{ method: 'POST' }, { method: 'HEAD' }]) t.equal((await kept.ask({ 'cache-control': 'only-if-cached' }, over)).status, 504, 'what is never kept is not asked for')
  t.equal((await kept.ask({ 'cache-control': 'only-if-cached', range: 'bytes=0-1' })).status, 504)
  t.equal((await kept.ask({})).body, '1', 'no request has changed it')
})

t.test('qos/http-cache: a failing answer is kept only where it goes on to the client', async (t) => {
  const failing = [{ status: 404, headers: minute }]
  t.equal(await cached(failing).bodies({}, {}), '1 2')
  t.equal(await cached(failing, { encoding: 'no-op' }).bodies({}, {}), '1 1')
  t.equal(await cached(failing, { extra: { 'backend/http': { return_error_code: true } } }).bodies({}, {}), '1 1')
  t.equal(await cached([{ status: 206, headers: minute }], { encoding: 'no-op' }).bodies({}, {}), '1 2')
  t.equal(await cached([{ headers: { ...minute, 'set-cookie': 'a=b' } }], { encoding: 'no-op' }).bodies({}, {}), '1 2', 'another client\'s cookie')
})

t.test('qos/http-cache: asks whether a stale answer still holds', async (t) => {
  const etag = { etag: '"1"', 'x-n': '1' }
  const holds = cached([{ headers: etag }, { status: 304, headers: { 'x-n': '2', ...minute }, body: null }])
  t.same([(await holds.ask()).body, (await holds.ask()).body, (await holds.ask()).headers['x-n']], ['1', '1', '2'])
  t.same(holds.seen.map(({ headers }) => headers), [{}, { 'if-none-match': '"1"' }])
  const changed = cached([{ headers: { 'last-modified': date() } }, { headers: minute }])
  t.equal(await changed.bodies({}, {}, {}), '1 2 2')
  const down = cached([{ headers: { 'cache-control': 'max-age=0, stale-if-error=60' } }, { status: 503 }, { fault: new Fault('backend', 'X', 'gone') }, { fault: new Fault('abort', 'X', 'left') }])
  t.equal(await down.bodies({}, {}, {}), '1 1 1')
  await t.rejects(down.ask(), { message: 'left' })
})

t.test('qos/http-cache: is one backend\'s own unless it is shared in one gateway', async (t) => {
  const keep = createKeep()
  const shared = (encoding = 'json') => cached([{ headers: { ...minute, 'x-from': encoding } }], { keep, encoding, settings: { shared: true } })
  await shared().ask()
  const other = shared('string')
  t.equal((await other.ask()).headers['x-from'], 'json')
  t.equal(other.seen.length, 0)
  const own = cached([{ headers: minute }], { keep })
  await own.ask()
  t.equal(own.seen.length, 1)
  const packed = (encoding: string) => cached([{ headers: { ...minute, 'content-encoding': 'br' } }], { keep, encoding, settings: { shared: true } })
  const target = { target: '/packed' }
  await packed('no-op').ask({}, target)
  const decoded = packed('json')
  await decoded.ask({}, target)
  t.equal(decoded.seen.length, 1, 'what only a client can unpack is no answer to a decoding backend')
})

t.test('qos/http-cache: what changes a resource makes its answer worthless', async (t) => {
  const world = cached([{ headers: minute }, { status: 500 }, {}, { headers: minute }])
  t.equal(await world.bodies({}, {}), '1 1')
  await world.ask({}, { method: 'PUT' })
  t.equal(await world.bodies({}), '1', 'not when it fails')
  await world.ask({}, { method: 'DELETE' })
  t.equal(await world.bodies({}, {}), '4 4')
})

t.test('qos/http-cache: tells clients the age of what they get as it is', async (t) => {
  const passed = cached([{ headers: { ...minute, age: '7' } }], { encoding: 'no-op' })
  await passed.ask()
  t.equal((await passed.ask()).headers['age'], '7')
})

t.test('qos/http-cache: a body that breaks off, or is too long, is not kept', async (t) => {
  const settings = { max_size: 2000 }
  const broken = cached([{ headers: minute, body: new Readable({ read () { this.push('a'); this.destroy(new Error('broken')) } }) }, { headers: minute }], { encoding: 'no-op' })
  await t.rejects(broken.ask(), { message: 'broken' })
  t.equal((await broken.ask()).body, '2')
  const long = cached([{ headers: minute, body: Readable.from([Buffer.alloc(1500), Buffer.alloc(1500)]) }, { headers: minute, body: Buffer.alloc(3000) }, { headers: minute }], { encoding: 'no-op', settings })
  t.same([(await long.ask()).body.length, (await long.ask()).body.length, (await long.ask()).body], [3000, 3000, '3'])
})
