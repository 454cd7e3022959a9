import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import Fastify, { type InjectOptions } from 'fastify'
import t, { type Test } from 'tap'
import gateway from '@floodgate/gateway'
import { startOrigin } from '@floodgate/testing'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const generator = (name: string, template: string, more: object = {}) => ({ [`modifier/${name}`]: { template: base64(template), ...more } })
const sending = (template: string, more: object = {}) => generator('request-body-generator', template, more)
const answering = (template: string, more: object = {}) => generator('response-body-generator', template, more)

interface Received { method: string, url: string, type: string | undefined, length: string | undefined, body: string }

/** Serves `/x/{id}`; backends answer with what they received, or what a path `/as/STATUS/TYPE/BASE64URL` says. */
async function serve (t: Test, endpoint: object, backends: readonly object[], service: object = {}) {
  const received: Received[] = []
  const origin = await startOrigin(t, async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { method, url, headers } = request
    received.push({ method: method!, url: url!, type: headers['content-type'], length: headers['content-length'], body: Buffer.concat(chunks).toString() })
    const [, status, type, text] = /^\/as\/(\d+)\/([^/]+)\/([\w-]*)/.exec(url!) ?? [null, '200', 'json', Buffer.from('{"id":12345678901234567890,"name":"a"}').toString('base64url')]
    const body = Buffer.from(text!, 'base64url')
    const gzip = url!.includes('gzip')
    response.writeHead(Number(status), { 'content-type': `application/${type}`, 'x-origin': 'yes', etag: '"1"', ...(gzip && { 'content-encoding': 'gzip' }) }).end(gzip ? gzipSync(body) : body)
  })
  const lines: Record<string, unknown>[] = []
  const app = Fastify({ logger: { level: 'debug', stream: { write: (line) => { lines.push(JSON.parse(line) as Record<string, unknown>) } } } })
  t.teardown(() => app.close())
  const input = { input_headers: ['X-Tenant', 'Content-Type', 'Authorization'], input_query_strings: ['q'] }
  await app.register(gateway, { config: { version: 3, timeout: '60s', host: [origin.url], endpoints: [{ endpoint: '/x/{id}', method: 'POST', ...input, ...endpoint, backend: backends.map((backend) => ({ url_pattern: '/', ...backend })) }], ...service } })
  return async (options: InjectOptions = {}) => {
    received.length = 0
    lines.length = 0
    const { statusCode: status, headers, body } = await app.inject({ method: 'POST', url: '/x/1', ...options })
    return { status, headers, body, received: [...received], lines: [...lines] }
  }
}

const as = (status: number, text: string, type = 'json') => ({ url_pattern: `/as/${status}/${type}/${Buffer.from(text).toString('base64url')}` })
const json = (payload: object | string, headers: object = {}) => ({ headers: { 'content-type': 'application/json', ...headers }, payload })

async function problemOf (t: Test, extra: Record<string, unknown>, atEndpoint = false): Promise<string> {
  const app = Fastify()
  t.teardown(() => app.close())
  const backend = { host: ['http://127.0.0.1:10'], url_pattern: '/', ...(!atEndpoint && { extra_config: extra }) }
  return await app.register(gateway, { config: { version: 3, timeout: '60s', endpoints: [{ endpoint: '/x', backend: [backend], ...(atEndpoint && { extra_config: extra }) }] } }).then(() => '', (error: unknown) => (error as Error).message)
}

t.test('request-body-generator: a template makes the body of what the endpoint lets in', async (t) => {
  const ask = await serve(t, {}, [{ extra_config: sending('{"n":{{ .req_body.n }},"all":{{ toJson .req_body }},"id":{{ toJson .req_params.Id }},"m":"{{ .req_method }}","p":"{{ .req_path }}","q":{{ toJson .req_querystring }},"t":{{ toJson (index .req_headers "X-Tenant") }},"no":{{ toJson (index .req_headers "X-Other") }},"v":{{ .variables.n }},"jwt":{{ toJson .JWT }}}', { variables: { n: 12345678 } }), url_pattern: '/users/{id}', method: 'PUT' }])
  const { status, received } = await ask({ url: '/x/a%22b?q=1&q=2&z=3', ...json('{"n":12345678901234567890.10,"s":"<"}', { 'x-tenant': 'T', 'x-other': 'O' }) })
  t.equal(status, 200)
  t.match(received, [{ method: 'PUT', type: 'application/json' }])
  t.equal(received[0]!.body, '{"n":12345678901234567890.10,"all":{"n":12345678901234567890.10,"s":"\\u003c"},"id":"a\\"b","m":"PUT","p":"/users/a"b","q":{"q":["1","2"]},"t":["T"],"no":null,"v":12345678,"jwt":{}}')
  t.equal(received[0]!.length, String(Buffer.byteLength(received[0]!.body)))
})

t.test('request-body-generator: at an endpoint, for all its backends, after the schema of the request', async (t) => {
  const ask = await serve(t, { extra_config: { ...sending('{"user":{{ toJson .req_body.name }}}'), 'validation/json-schema': { type: 'object', required: ['name'] } } }, [{ group: 'a' }, { group: 'b' }])
  const { status, received } = await ask(json({ name: 'x' }))
  t.equal(status, 200)
  t.same(received.map(({ body }) => body), ['{"user":"x"}', '{"user":"x"}'])
  t.match(await ask(json({ user: 'x' })), { status: 400, received: { length: 0 } }, 'what the client sent is checked')
})

t.test('body-generator: works without a body of the client, and with a GET', async (t) => {
  const ask = await serve(t, { method: 'GET' }, [{ method: 'POST', extra_config: generator('body-generator', '<q>{{ .req_querystring.q | first | html }}</q>', { content_type: 'application/xml' }) }])
  t.match(await ask({ method: 'GET', url: '/x/1?q=%3C' }), { status: 200, received: [{ method: 'POST', type: 'application/xml', length: '11', body: '<q>&lt;</q>' }] })
  const get = await serve(t, { method: 'GET' }, [{ extra_config: sending('{}') }])
  t.match(await get({ method: 'GET' }), { status: 200, received: [{ method: 'GET', type: 'application/json', length: '2', body: '{}' }] })
})

t.test('request-body-generator: XML, forms and texts; a body that is not what its type says', async (t) => {
  const ask = await serve(t, {}, [{ extra_config: sending('{{ toJson .req_body }}') }])
  const sent = async (type: string, payload: string) => (await ask({ headers: { 'content-type': type }, payload })).received[0]?.body
  t.equal(await sent('text/xml; charset=utf-8', '<a b="1"><c>2</c></a>'), '{"a":{"-b":"1","c":"2"}}')
  t.equal(await sent('application/x-www-form-urlencoded', 'a=1&a=2&b=%20'), '{"a":["1","2"],"b":[" "]}')
  t.equal(await sent('text/plain', '{"a":1}'), '"{\\"a\\":1}"')
  t.equal(await sent('application/problem+json', '[1.0]'), '[1.0]')
  t.match(await ask(json('{"a":')), { status: 400, received: { length: 0 } })
  t.match(await ask({ payload: '' }), { received: [{ body: 'null' }] })
  const blind = await serve(t, {}, [{ extra_config: sending('{}') }])
  t.match(await blind(json('{"a":')), { status: 200, received: [{ body: '{}' }] }, 'nobody reads what no template names')
})

t.test('request-body-generator: a fault of rendering is a 500, a line in the log, and opens no circuit breaker', async (t) => {
  const breaker = { 'qos/circuit-breaker': { interval: 60, timeout: 60, max_errors: 1 } }
  const ask = await serve(t, {}, [{ extra_config: { ...breaker, ...sending('{{ .req_body.a.b.c }}') } }])
  for (let i = 0; i < 3; i++) {
    const { status, received, lines, body } = await ask(json({ a: 'SECRET' }))
    t.match({ status, received, body }, { status: 500, received: { length: 0 }, body: '' })
    t.match(lines.filter(({ msg }) => msg === 'endpoint failed'), [{ code: 'FG_ERR_MODIFIERS_TEMPLATE', detail: /modifier\/request-body-generator: template:1:\d+: .*can't evaluate field b/ }])
    t.notMatch(JSON.stringify(lines), 'SECRET')
  }
  t.match(await ask(json({ a: { b: { c: 1 } } })), { status: 200, received: [{ body: '1' }] })
})

t.test('request-body-generator: its size and its time are bounded', async (t) => {
  const large = await serve(t, {}, [{ extra_config: sending('{{ range until 9000 }}{{ repeat 1000 "x" }}{{ end }}') }])
  t.match(await large(), { status: 500, received: { length: 0 } })
  const endless = await serve(t, { timeout: '50ms' }, [{ extra_config: sending('{{ range until 1000000 }}{{ range until 1000 }}{{ end }}{{ end }}') }])
  t.match(await endless(), { status: 500, received: { length: 0 } })
  const recursive = await serve(t, {}, [{ extra_config: sending('{{ define "a" }}{{ template "a" }}{{ end }}{{ template "a" }}') }])
  t.match(await recursive(), { status: 500, received: { length: 0 } })
})

t.test('request-body-generator: values of earlier answers of a sequence', async (t) => {
  const ask = await serve(t, { extra_config: { proxy: { sequential: true, sequential_propagated_params: ['resp0_user.id'] } } }, [
    as(200, '{"user":{"id":7}}'),
    { extra_config: sending('{"id":{{ index .req_params "Resp0_user.id" | toJson }}}'), group: 'b' }
  ])
  t.match(await ask(), { status: 200, received: [{}, { body: '{"id":"7"}' }] })
})

t.test('response-body-generator: a document of a backend and of an endpoint', async (t) => {
  const extra = answering('{"wrapped":{{ toJson .resp_body }},"id":{{ .resp_body.id }},"asked":{{ toJson .req_params.Id }},"m":"{{ .req_method }}","ok":{{ .resp_completed }},"status":{{ .resp_status }}}')
  const backend = await serve(t, {}, [{ extra_config: extra, method: 'PUT', mapping: { name: 'n' } }])
  t.match(await backend(), { status: 200, headers: { 'content-type': 'application/json; charset=utf-8', 'x-krakend-completed': 'true' }, body: '{"wrapped":{"id":12345678901234567890,"n":"a"},"id":12345678901234567890,"asked":"1","m":"PUT","ok":true,"status":0}' })
  const endpoint = await serve(t, { extra_config: extra }, [{ group: 'a' }, as(500, '')])
  t.match(await endpoint(), { status: 500, headers: { 'x-krakend-completed': 'false' } }, 'what a template needs is missing: {{ .resp_body.id }} is no JSON then')
  const partial = await serve(t, { extra_config: answering('{"r":{{ toJson .resp_body }},"ok":{{ .resp_completed }},"m":"{{ .req_method }}"}') }, [{ group: 'a', allow: ['name'], method: 'PUT' }, as(500, '')])
  t.match(await partial(), { status: 200, headers: { 'x-krakend-completed': 'false' }, body: '{"r":{"a":{"name":"a"}},"ok":false,"m":"POST"}' })
})

t.test('response-body-generator: lists, XML, texts; a result that cannot be read', async (t) => {
  const answer = async (template: string, more: object = {}, endpoint: object = {}) => {
    const { status, headers, body } = await (await serve(t, endpoint, [{ ...as(200, '{"a":[1,2]}'), extra_config: answering(template, more) }]))()
    return [status, headers['content-type'], body]
  }
  t.same(await answer('{{ toJson .resp_body.a }}'), [200, 'application/json; charset=utf-8', '{"collection":[1,2]}'])
  t.same(await answer('<r><a>{{ index .resp_body.a 0 }}</a></r>', { content_type: 'application/xml' }), [200, 'application/json; charset=utf-8', '{"r":{"a":"1"}}'])
  t.same(await answer('a{{ index .resp_body.a 1 }}', { content_type: 'text/plain' }, { output_encoding: 'string' }), [200, 'text/plain; charset=utf-8', 'a2'])
  t.match(await answer('{"a":{{ .resp_body.b }}}'), [500])
  t.match(await answer(' '), [500])
  t.match(await answer('{{ fail "no" }}'), [500])
})

t.test('response-body-generator: no-op gives a body, a type, statuses and headers', async (t) => {
  const template = '{"s":{{ .resp_status }},"o":{{ index .resp_headers "X-Origin" | toJson }},"d":{{ toJson .resp_body }}{{ if eq .resp_status 404 }},"gone":true{{ end }}}'
  const noop = { output_encoding: 'no-op' }
  const extra = { extra_config: answering(template, { content_type: 'application/vnd.x+json' }) }
  const atEndpoint = async (backend: object) => (await serve(t, { ...noop, ...extra }, [{ encoding: 'no-op', ...backend }]))()
  const body = '{"s":404,"o":["yes"],"d":{"a":1.0},"gone":true}'
  t.match(await atEndpoint(as(404, '{"a":1.0}')), { status: 404, headers: { 'content-type': 'application/vnd.x+json', 'content-length': String(body.length), 'x-origin': 'yes', etag: undefined }, body })
  t.match(await (await serve(t, noop, [{ encoding: 'no-op', ...as(404, '{"a":1.0}'), ...extra }]))(), { status: 404, body }, 'at a backend')
  t.match(await atEndpoint(as(200, 'plain', 'text')), { body: '{"s":200,"o":["yes"],"d":"plain"}' })
  t.match(await atEndpoint(as(200, '{bad')), { body: '{"s":200,"o":["yes"],"d":"{bad"}' })
  t.match(await atEndpoint({ url_pattern: `${as(200, '{"z":1}').url_pattern}/gzip` }), { headers: { 'content-encoding': undefined }, body: '{"s":200,"o":["yes"],"d":{"z":1}}' })
  t.match(await atEndpoint(as(204, '')), { status: 204, body: '' })
})

t.test('response-body-generator: sees the client\'s body, and knows no larger answer than its bound', async (t) => {
  const ask = await serve(t, { extra_config: { ...answering('{"was":{{ toJson .req_body.a }}}'), ...sending('{"sent":1}') } }, [{}])
  t.match(await ask(json({ a: 'x' })), { body: '{"was":"x"}', received: [{ body: '{"sent":1}' }] })
  const origin = await startOrigin(t, (_, response) => { response.end(Buffer.alloc(9 * 1024 * 1024)) })
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(gateway, { config: { version: 3, timeout: '60s', endpoints: [{ endpoint: '/', output_encoding: 'no-op', extra_config: answering('{}'), backend: [{ host: [origin.url], url_pattern: '/', encoding: 'no-op' }] }] } })
  t.match(await app.inject('/'), { statusCode: 500 })
})

t.test('generators: debug logs what came and what went, without secrets', async (t) => {
  const ask = await serve(t, {}, [{ extra_config: sending('{"b":{{ toJson .req_body }},"h":{{ index .req_headers "Authorization" | toJson }},"k":"{{ .variables.api_key }}"}', { debug: true, variables: { api_key: 'KEYKEYKEY' } }) }])
  const { received, lines } = await ask(json({ user: 'u', password: 'PASSPASS' }, { authorization: 'Bearer TOKENTOKEN' }))
  t.match(received[0]!.body, /PASSPASS.*TOKENTOKEN.*KEYKEYKEY/)
  const line = lines.find(({ msg }) => msg === 'modifier/request-body-generator')!
  t.match(line, { level: 20, input: /"user":"u"/, output: /"user":"u"/ })
  t.notMatch(JSON.stringify(lines), /PASSPASS|TOKENTOKEN|KEYKEYKEY/)
})

t.test('generators: a template that is missing or wrong stops the start, with its place', async (t) => {
  const dir = t.testdir({ 'bad.tmpl': '{\n  "a": {{ .req_body.a | nope }}\n}' })
  const name = 'modifier/request-body-generator'
  for (const atEndpoint of [true, false]) {
    const problem = async (settings: object, namespace = name) => await problemOf(t, { [namespace]: settings }, atEndpoint)
    t.match(await problem({}), /extra_config\["modifier\/request-body-generator"\].*there is no template/)
    t.match(await problem({ path: join(dir, 'none.tmpl') }), /\.path.*there is no such file/)
    t.match(await problem({ path: join(dir, 'bad.tmpl') }), /bad\.tmpl:2:\d+: function "nope" not defined/)
    t.match(await problem({ path: dir }), /cannot read/)
    t.match(await problem({ template: base64('{{ if }}') }), /template:1:\d+: missing value for if/)
    t.match(await problem({ template: '{{ . }}' }), /must be base64/)
    t.match(await problem({ template: base64('x'), path: 'y' }), /keep one of the two/)
    t.match(await problem({ template: base64('{{ end }}') }, 'modifier/response-body-generator'), /unexpected \{\{end\}\}/)
  }
})

t.test('backend/soap: an envelope is sent, and its answer read', async (t) => {
  const dir = t.testdir({})
  mkdirSync(join(dir, 'soap'))
  const path = join(dir, 'soap/envelope.xml')
  writeFileSync(path, '<?xml version="1.0"?><Envelope><Body><Get id="{{ .req_params.Id | html }}"/></Body></Envelope>')
  const answer = as(200, '<s:Envelope><s:Body><r><n>1</n></r></s:Body></s:Envelope>', 'xml')
  const martian = { 'modifier/martian': { 'header.Modifier': { scope: ['request'], name: 'SOAPAction', value: 'urn:get' } } }
  const ask = await serve(t, { method: 'GET' }, [{ ...answer, method: 'POST', encoding: 'xml', target: 'Envelope.Body.r', extra_config: { 'backend/soap': { path }, ...martian } }])
  t.match(await ask({ method: 'GET', url: '/x/%22%3E' }), { status: 200, body: '{"n":"1"}', received: [{ method: 'POST', type: 'text/xml', body: /<Get id="&#34;&gt;"\/>/ }] })
  const twelve = await serve(t, {}, [{ method: 'POST', extra_config: { 'backend/soap': { template: base64('<e/>'), content_type: 'application/soap+xml' } } }])
  t.match(await twelve(json({})), { received: [{ type: 'application/soap+xml', body: '<e/>', length: '4' }] })
  t.match(await problemOf(t, { 'backend/soap': { template: base64('{{ .x ') } }), /extra_config\["backend\/soap"\]\.template.*template:1:\d+: unclosed action/)
})
