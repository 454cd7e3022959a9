import t from 'tap'
import fc from 'fast-check'
import { Call, CoreRequest, userAgent, type Backend, type Fault, type Endpoint, type Headers, type Query } from '@floodgate/core'
import { createHosts, createTarget } from '@floodgate/engine'
import { hasDotSegment } from '../../src/request/dot-segments.ts'
import { backend, endpoint, service } from '../support/config.ts'

interface Ask { params?: Record<string, string>, query?: Query | null, headers?: Headers, path?: string, router?: Record<string, unknown>, backend?: Partial<Backend> }

function address (urlPattern: string, { params = {}, query = null, headers = {}, path = '/', router = {}, backend: parts = {} }: Ask = {}): CoreRequest {
  const request = new CoreRequest(null as never, new Call(0), 'GET', params, headers, query, null)
  createTarget(backend({ urlPattern, ...parts }), endpoint({ path } as Partial<Endpoint>), { service: service(router) })(request)
  return request
}

const target = (urlPattern: string, ask: Ask = {}): string => address(urlPattern, ask).target

t.test('createTarget: sends constant patterns as the reference does', async (t) => {
  const cases: [string, string][] = [
    ['no-leading-slash', '/no-leading-slash'],
    ['/', '/'],
    ['', '/'],
    ['/double//slash', '/double//slash'],
    ['//double', '//double'],
    ['/sp ace/ü', '/sp%20ace/%C3%BC'],
    ['/enc%20oded/%2F', '/enc%20oded/%2F'],
    ['/sp ace/%2F', '/sp%20ace/%2F'],
    ['/q?', '/q?'],
    ['/frag#ment', '/frag'],
    ['/frag?a=1#ment?b', '/frag?a=1'],
    ['/frag#ment?a=1', '/frag'],
    ["/it's!(*)", "/it's!(*)"],
    ["/it's one", '/it%27s%20one'],
    ['/own?fixed=1&two=a%20b', '/own?fixed=1&two=a%20b'],
    ['/own?a b=ü', '/own?a%20b=%C3%BC'],
    ['/100%', '/100%25'],
    ['?a=1', '/?a=1']
  ]
  for (const [pattern, want] of cases) t.equal(target(pattern), want, pattern)
})

t.test('createTarget: fills parameters into the path, encoded again', async (t) => {
  const fill = (value: string): string => target('/b/{id}', { params: { id: value } })
  t.equal(fill('42'), '/b/42')
  t.equal(fill('a b'), '/b/a%20b')
  t.equal(fill('café'), '/b/caf%C3%A9')
  t.equal(fill("a:b@c,d;e=f!$&'()*~+[]"), "/b/a:b@c,d;e=f!$&'()*~+[]")
  t.equal(fill("a b!'"), '/b/a%20b%21%27', 'all that Go escapes, once it escapes')
  t.equal(fill(''), '/b/')
  t.equal(fill('caf\udce9'), '/b/caf%E9', 'bytes that are not UTF-8')
  t.equal(target('/{name}/and/{name}/again', { params: { name: 'x' } }), '/x/and/x/again')
  t.equal(target('/{b}/of/{a}.json', { params: { a: '1', b: "it's" } }), "/it's/of/1.json")
  t.equal(target('/{b}/of/{a}', { params: { a: 'a b', b: "it's" } }), '/it%27s/of/a%20b')
  t.equal(target('/sp ace/{id}', { params: { id: '(1)' } }), '/sp%20ace/%281%29')
})

t.test('createTarget: fills parameters into the query, encoded so that they stay one value', async (t) => {
  const fill = (value: string): string => target('/own?id={id}&x=1', { params: { id: value } })
  t.equal(fill('77'), '/own?id=77&x=1')
  t.equal(fill('a b'), '/own?id=a%20b&x=1')
  t.equal(fill('a&b=c'), '/own?id=a%26b%3Dc&x=1')
  t.equal(fill('a+b;c#d%'), '/own?id=a%2Bb%3Bc%23d%25&x=1')
  t.equal(fill('x,y:z@w/v?(u)!*'), '/own?id=x,y:z@w/v?(u)!*&x=1', 'what is harmless stays')
  t.equal(fill('ü'), '/own?id=%C3%BC&x=1')
})

t.test('createTarget: fills in what comes from sequences and tokens, and shows what is missing', async (t) => {
  t.equal(target('/orders/{resp0_id}?u={JWT.sub}', { params: { resp0_id: '17', 'JWT.sub': 'user-7' } }), '/orders/17?u=user-7')
  t.equal(target('/d/{resp0_deep.er.id}', { params: { 'resp0_deep.er.id': 'd1' } }), '/d/d1')
  t.equal(target('/m/{resp0_nope}'), '/m/%7B%7B.Resp0_nope%7D%7D')
  t.equal(target('/u/{JWT.nope}?x={JWT.nope}'), '/u/%7B%7B.JWT.nope%7D%7D?x=%7B%7B.JWT.nope%7D%7D')
  t.equal(target('/c/{JWT.https://x.test/id}', { params: { 'JWT.https://x.test/id': '9' } }), '/c/9')
  t.equal(target('/s/{resp0_path}', { params: { resp0_path: 'x/y z?z=1 2#f%2f' } }), '/s/x/y%20z?z=1%202', 'a link can be followed')
  t.equal(target('/s/{resp0_x}', { params: { resp0_x: 'x?back=/../y' } }), '/s/x?back=/../y')
  t.equal(target('/{resp0_x}', { params: { resp0_x: 'http://evil.test/@a:b' } }), '/http://evil.test/@a:b')
  t.equal(target('{resp0_x}', { params: { resp0_x: '//evil.test/' } }), '///evil.test/')
  for (const value of ['a\r\nHost: evil', 'a%zz', '\0', '\t']) t.throws(() => target('/s/{resp0_x}', { params: { resp0_x: value } }), { name: 'Fault', kind: 'backend', code: 'FG_ERR_PROXY_TARGET' })
})

t.test('createTarget: adds the query that was let in, sorted and encoded as Go does', async (t) => {
  const query: Query = { b: ['2'], a: ['1', '0'], 'sp ace': ["a b*(c)!~'"], 'f[a]': ['é&=+'], flag: [''] }
  const encoded = 'a=1&a=0&b=2&f%5Ba%5D=%C3%A9%26%3D%2B&flag=&sp+ace=a+b%2A%28c%29%21~%27'
  t.equal(target('/p', { query }), `/p?${encoded}`)
  t.equal(target('/p?', { query }), `/p?${encoded}`)
  t.equal(target('/p?z=0', { query: { z: ['9'] } }), '/p?z=0&z=9')
  t.equal(target('/p?z={id}', { query: { a: ['1'] }, params: { id: '5' } }), '/p?z=5&a=1')
  t.equal(target('/p', { query: {} }), '/p')
  t.equal(target('/p', { query: { '\u{1f600}': ['1'], '\uffff': ['2'], z: ['3'] } }), '/p?z=3&%EF%BF%BF=2&%F0%9F%98%80=1', 'in order of bytes')
})

t.test('createTarget: a backend narrows headers and query to its own lists', async (t) => {
  const headers = { 'x-one': '1', 'x-two': '2', 'user-agent': 'u', 'x-forwarded-for': '1.2.3.4' }
  const query: Query = { a: ['1'], b: ['2'] }
  t.same(address('/', { headers, query }).headers, headers, 'no list, no filter')
  t.equal(address('/', { headers }).headers, headers, 'and no copy')
  t.same(address('/', { headers, backend: { inputHeaders: ['x-one', 'x-three'] } }).headers, { 'x-one': '1', 'user-agent': userAgent })
  t.same(address('/', { headers, backend: { inputHeaders: ['X-One'.toLowerCase(), 'user-agent'] } }).headers, { 'x-one': '1', 'user-agent': 'u' })
  t.same(address('/', { headers, backend: { inputHeaders: [''] } }).headers, { 'user-agent': userAgent })
  t.same(address('/', { headers, backend: { inputHeaders: ['*'] } }).headers, { 'user-agent': userAgent }, '* is a name like any other')
  t.equal(target('/', { query, backend: { inputQueryStrings: ['b', 'c'] } }), '/?b=2')
  const narrowed = address('/', { query, backend: { inputQueryStrings: [''] } })
  t.equal(narrowed.target, '/')
  t.equal(narrowed.query, null)
  t.equal(target('/', { query, backend: { inputQueryStrings: ['*'] } }), '/', '* is a name like any other')
  t.equal(target('/', { query, backend: { inputQueryStrings: ['*', 'a'] } }), '/?a=1')
})

t.test('createTarget: sets the method, and the host where it is given a balancer', async (t) => {
  t.equal(address('/', { backend: { method: 'PUT' } }).method, 'PUT')
  const to = backend({ hosts: ['http://one:1'] })
  const request = new CoreRequest(null as never, new Call(0), 'GET', {}, {}, null, null)
  createTarget(to, endpoint(), { balance: createHosts(to, { settings: {} } as never).balance })(request)
  t.equal(request.origin, 'http://one:1')
})

t.test('createTarget: a wildcard endpoint adds the rest of the path', async (t) => {
  const rest = (pattern: string, matched: string): string => target(pattern, { path: '/v1/*', params: { '*': matched } })
  t.equal(rest('/', 'hello'), '/hello')
  t.equal(rest('/', ''), '/')
  t.equal(rest('/foo', 'a/b/'), '/foo/a/b/')
  t.equal(rest('/foo/', 'a//b'), '/foo/a//b')
  t.equal(rest('/foo/*', 'a'), '/foo/a')
  t.equal(rest('/foo?k=1', 'a b/ü?#%'), '/foo/a%20b/%C3%BC%3F%23%25?k=1')
  t.equal(rest('/foo', '..a/b..'), '/foo/..a/b..')
  t.equal(target('/{id}', { path: '/v1/{id}/*', params: { id: 'x', '*': 'y' } }), '/x/y')
})

t.test('createTarget: disable_path_decoding lets encoded parameters become part of the address', async (t) => {
  const router = { disable_path_decoding: true }
  const fill = (value: string, pattern = '/b/{id}', query: Query | null = null): string => target(pattern, { router, params: { id: value }, query })
  t.equal(fill('plain'), '/b/plain')
  t.equal(fill('a b'), '/b/a%20b')
  t.equal(fill('a%2Fb'), '/b/a%2Fb')
  t.equal(fill('a?b'), '/b/a?b')
  t.equal(fill('a?b', '/b/{id}?x=1', { y: ['2'] }), '/b/a?b?x=1&y=2')
  t.equal(fill('a#b', '/b/{id}/c'), '/b/a')
  t.equal(fill('a', '/b/{id}', { y: ['2'] }), '/b/a?y=2')
  t.throws(() => fill('100%'), { name: 'Fault', status: 500, code: 'FG_ERR_PROXY_TARGET', message: 'invalid URL escape "%"' })
  t.throws(() => fill('a%zzb'), { message: 'invalid URL escape "%zz"' })
  t.throws(() => fill('a\nb'), { message: 'invalid control character in URL' })
  t.equal(target('/s/{id}/{resp0_x}', { router, params: { id: 'a?b', resp0_x: 'c?d' } }), '/s/a?b/c?d')
})

t.test('createTarget: no value changes the shape of the address', async () => {
  const value = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('.', '/', '?', '#', '%', '2', 'f', '\r', '\n', '&', '=', ' ', 'é', '\udce9', '\\', '@', ':', 'x') }))
  fc.assert(fc.property(value, value, value, (id, resp, sub) => {
    const params = { id, x: resp, 'JWT.sub': sub }
    if (hasDotSegment(`${id}/b-${resp}/${sub}`)) {
      try { target('/a/{id}/b-{x}/{JWT.sub}', { params }) } catch (error) { return (error as Fault).status === 400 }
      return false
    }
    const text = target('/a/{id}/b-{x}/{JWT.sub}?q={id}&r={x}', { params, query: { z: [sub] } })
    if (!/^[\x21-\x7e]+$/.test(text)) return false
    const [path, query, ...more] = text.split('?')
    // A question mark may stand in a value of the query, where it means nothing.
    const rest = [query, ...more].join('?')
    const segments = path!.split('/')
    const pairs = rest.split('&')
    const decoded = (piece: string): string => decodeBytes(piece)
    return !text.includes('#') && segments.length === 5 && segments[1] === 'a' && pairs.length === 3 &&
      decoded(segments[2]!) === bytes(id) && decoded(segments[3]!) === bytes(`b-${resp}`) && decoded(segments[4]!) === bytes(sub) &&
      pairs[0]!.startsWith('q=') && decoded(pairs[0]!.slice(2)) === bytes(id) &&
      decoded(pairs[1]!.slice(2)) === bytes(resp) && decoded(pairs[2]!.slice(2).replaceAll('+', ' ')) === bytes(sub)
  }), { numRuns: 2000 })
})

/** Bytes as latin1, so that they can be compared whatever they are. */
function decodeBytes (text: string): string {
  return text.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

function bytes (text: string): string {
  let all = ''
  for (const character of text) {
    const unit = character.charCodeAt(0)
    all += character.length === 1 && unit >= 0xdc80 && unit <= 0xdcff ? String.fromCharCode(unit - 0xdc00) : Buffer.from(character).toString('latin1')
  }
  return all
}

const climbing = ['.', '..', '%2e', '%2E%2e', '.%2e', '%252e%252e', '%25252e.', '..;', '..;x', '..;/x', '.;a=b', '..\\x', '..%5Cx', '..%5cx', 'a\\..', '\t..', '.\n.', '.. ', '%00..', '../x', 'a/../b', 'a/./b', 'a/..', '%2e%2e%2fx', 'a%2f..', '%252f..', '%25252525252525252e']
const staying = ['...', 'a..b', '..a', 'a..', '.a', 'a.', 'v1.2..3', 'a;b', ';', '%', '%2', '%41', 'a%2Fb', 'a\\b', '..a;..', '~', 'x.json', '.well-known', '%E2%80%A6']

t.test('createTarget: no client\'s value is a dot segment to anybody', async (t) => {
  for (const value of climbing) {
    for (const [pattern, path, name] of [['/b/{id}', '/', 'id'], ['/b/{id}/c', '/', 'id'], ['/{id}', '/', 'id'], ['/b/{JWT.sub}', '/', 'JWT.sub'], ['/b', '/v1/*', '*']] as const) {
      for (const router of [{}, { disable_path_decoding: true }]) {
        t.throws(() => target(pattern, { path, router, params: { [name]: value } }), { name: 'Fault', kind: 'request', status: 400, code: 'FG_ERR_PROXY_SEGMENT' }, `${JSON.stringify(value)} in ${pattern}`)
      }
    }
    t.doesNotThrow(() => target('/b?q={id}', { params: { id: value } }), 'a query has no segments')
    t.throws(() => target('/b/{resp0_x}/c', { params: { resp0_x: value } }), { name: 'Fault', kind: 'backend', status: 500, code: 'FG_ERR_PROXY_SEGMENT' }, `${JSON.stringify(value)} of an answer`)
  }
  for (const value of staying) {
    t.doesNotThrow(() => target('/b/{id}/c', { params: { id: value } }), value)
    t.doesNotThrow(() => target('/b', { path: '/v1/*', params: { '*': value } }), value)
  }
})

t.test('createTarget: values make no dot segment together, or with what is configured', async (t) => {
  for (const [pattern, params] of [['/{a}{b}', { a: '.', b: '.' }], ['/.{a}', { a: '.' }], ['/.{a}/x', { a: '' }], ['/{a};{b}', { a: '..', b: 'x' }], ['/%2e{a}', { a: '.' }]] as const) {
    t.throws(() => target(pattern, { params }), { code: 'FG_ERR_PROXY_SEGMENT' }, pattern)
  }
  t.equal(target('/{a}.json', { params: { a: '..' } }), '/...json')
  t.equal(target('/x/../{a}', { params: { a: 'b.c' } }), '/x/../b.c', 'what is configured is meant')
  t.throws(() => target('/x/../{a}', { params: { a: '..' } }), { code: 'FG_ERR_PROXY_SEGMENT' })
})

t.test('createTarget: whatever an earlier answer says, the address stays below its host', async () => {
  const value = fc.string({ unit: fc.constantFrom('.', '/', '?', '#', '%', '2', 'e', '\\', '@', ':', 'h', ';', ' ', '\n', 'é') })
  fc.assert(fc.property(value, (resp) => {
    let text: string
    try {
      text = target('/{resp0_x}/y', { params: { resp0_x: resp } })
    } catch (error) {
      return (error as Fault).kind === 'backend'
    }
    const url = new URL(`http://api:8080${text}`)
    return /^\/[\x21-\x7e]*$/.test(text) && !text.includes('#') && url.host === 'api:8080' && !hasDotSegment(text.split('?')[0]!)
  }), { numRuns: 3000 })
})
