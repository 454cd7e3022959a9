import fs from 'node:fs'
import path from 'node:path'
import { connect } from 'node:net'
import { pathToFileURL } from 'node:url'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { request } from 'undici'
import { readAll, startOrigin } from '@floodgate/testing'
import { gateway, type Configuration } from '@floodgate/gateway'
import { checkConfiguration } from '@floodgate/inspect'

const namespace = 'validation/json-schema'

/** A gateway whose endpoints are POST, with what its backend was sent. */
async function start (t: Test, endpoints: Record<string, object>, router: object = { return_error_msg: true }) {
  const seen: string[] = []
  const origin = await startOrigin(t, async (incoming, response) => {
    seen.push((await readAll(incoming)).toString())
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"from":"api"}')
  })
  const config = {
    version: 3,
    extra_config: { router },
    endpoints: Object.entries(endpoints).map(([endpoint, rest]) => ({ endpoint, method: 'POST', backend: [{ host: [origin.url], url_pattern: '/x', method: 'POST' }], ...rest }))
  }
  const app = Fastify({ forceCloseConnections: true })
  t.teardown(() => app.close())
  await app.register(gateway, { config: config as unknown as Configuration, env: {} })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return {
    seen,
    url,
    async post (path: string, body?: string | Buffer, { method = 'POST', headers = {} }: { method?: 'POST' | 'GET', headers?: Record<string, string> } = {}) {
      const answer = await request(url + path, { method, headers, ...(body !== undefined && { body }) })
      return { status: answer.statusCode, type: answer.headers['content-type'], completed: answer.headers['x-krakend-completed'], body: await answer.body.text() }
    }
  }
}

const schema = (value: unknown) => ({ extra_config: { [namespace]: value } })

t.test('validation/json-schema: a body is validated, and passed on byte for byte', async (t) => {
  const { post, seen } = await start(t, { '/one': schema({ type: 'object', properties: { n: { type: 'number' } } }), '/raw': { output_encoding: 'no-op', ...schema({ required: ['n'] }) } })
  const body = ' { "n" : 1.50 , "n":12345678901234567890, "é":"\\u00e9" }\n'
  t.match(await post('/one', body), { status: 200, completed: 'true', body: '{"from":"api"}' })
  t.match(await post('/raw', body, { headers: { 'content-type': 'text/plain' } }), { status: 200, body: '{"from":"api"}' })
  t.match(await post('/raw', '{}'), { status: 400, body: "- at '': missing property 'n'" })
  t.strictSame(seen, [body, body])
})

t.test('validation/json-schema: without a body there is nothing to validator, whatever the method', async (t) => {
  const { post, seen, url } = await start(t, { '/one': schema(true), '/get': { method: 'GET', ...schema({ type: 'object' }) } })
  const empty = { status: 400, type: 'text/plain; charset=utf-8', completed: 'false', body: 'could not validate an empty body' }
  t.strictSame(await post('/one'), empty)
  t.strictSame(await post('/one', ''), empty)
  t.strictSame(await post('/get', undefined, { method: 'GET' }), empty)
  // An empty body in chunks.
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.end('POST /one HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n')
  const answer = (await readAll(socket)).toString()
  t.match(answer, /^HTTP\/1\.1 400 /)
  t.match(answer, /could not validate an empty body$/)
  t.strictSame(seen, [])
})

t.test('validation/json-schema: texts are for clients only where the router shows them', async (t) => {
  const { post } = await start(t, { '/one': schema({ type: 'object' }) }, {})
  for (const body of ['', '[]', 'nope']) t.match(await post('/one', body), { status: 400, completed: 'false', body: '' }, body)
})

t.test('validation/json-schema: keeps its status in front of several backends, and asks none of them', async (t) => {
  const twice = (url: string) => [{ host: [url], url_pattern: '/a', method: 'POST' }, { host: [url], url_pattern: '/b', method: 'POST', group: 'b' }, { host: [url], url_pattern: '/s', method: 'POST', extra_config: { proxy: { shadow: true } } }]
  const seen: string[] = []
  const { url } = await startOrigin(t, (incoming, response) => { seen.push(incoming.url!); response.writeHead(200, { 'content-type': 'application/json' }).end('{}') })
  const { post } = await start(t, {
    '/merge': { ...schema({ type: 'object' }), backend: twice(url) },
    '/static': { extra_config: { [namespace]: { type: 'object' }, proxy: { static: { strategy: 'always', data: { x: 1 } } } } },
    '/cel': { extra_config: { [namespace]: { type: 'object' }, 'validation/cel': [{ check_expr: 'false' }] } }
  })
  t.match(await post('/merge', '[]'), { status: 400, body: "- at '': got array, want object" })
  t.match(await post('/static', '[]'), { status: 400 }, 'static data is inside')
  t.match(await post('/cel', '[]'), { status: 500, body: 'request aborted by evaluator #0' }, 'expressions are outside')
  t.strictSame(seen, [])
  t.match(await post('/merge', '{}'), { status: 200 })
})

t.test('validation/json-schema: a body that is too large is none that does not fit', async (t) => {
  const small = { extra_config: { [namespace]: { type: 'object' }, floodgate: { max_request_body: 10 } } }
  const { post } = await start(t, { '/small': small, '/whole': schema({ type: 'string' }) })
  t.match(await post('/small', '{"a":"123456789"}'), { status: 413 })
  t.match(await post('/whole', JSON.stringify('x'.repeat(8 * 1024 * 1024))), { status: 413 })
  t.match(await post('/whole', JSON.stringify('x'.repeat(1024 * 1024))), { status: 200 })
})

t.test('validation/json-schema: refers to files of the working directory', async (t) => {
  const dir = fs.mkdtempSync(path.join(process.cwd(), '.schemas-'))
  t.teardown(() => { fs.rmSync(dir, { recursive: true }) })
  const name = path.basename(dir)
  fs.writeFileSync(path.join(dir, 'person.json'), JSON.stringify({ type: 'object', properties: { name: { $ref: 'parts.json#/$defs/name' } } }))
  fs.writeFileSync(path.join(dir, 'parts.json'), JSON.stringify({ $defs: { name: { $schema: 'nothing that is looked at here', type: 'string' } } }))
  fs.writeFileSync(path.join(dir, 'old.json'), JSON.stringify({ $schema: 'http://json-schema.org/draft-04/schema#', id: 'http://x/old', minimum: 3, exclusiveMinimum: true }))
  const { post } = await start(t, {
    '/relative': schema({ $ref: `${name}/person.json` }),
    '/dotted': schema({ properties: { p: { $ref: `./${name}/person.json#/properties/name` } } }),
    '/absolute': schema({ $ref: pathToFileURL(path.join(dir, 'person.json')).href }),
    '/old': schema({ $ref: `${name}/old.json` })
  })
  for (const endpoint of ['/relative', '/absolute']) {
    t.match(await post(endpoint, '{"name":"x"}'), { status: 200 })
    t.match(await post(endpoint, '{"name":1}'), { status: 400, body: "- at '/name': got number, want string" })
  }
  t.match(await post('/dotted', '{"p":1}'), { status: 400, body: "- at '/p': got number, want string" })
  t.match(await post('/old', '3'), { status: 400, body: "- at '': exclusiveMinimum: got 3, want 3" })
  t.match(await post('/old', '4'), { status: 200 })
})

t.test('validation/json-schema: a schema that cannot be used stops the start, at its place', async (t) => {
  const dir = t.testdir({ 'broken.json': '{', 'wrong.json': '{"properties":{"a":{"type":"nope"}}}' })
  const cases: [schema: string, line: number, column: number, message: RegExp][] = [
    ['{\n"properties": { "a": { "type": "strin" } } }', 8, 32, /is not a schema of draft 2020-12: must be equal to one of the allowed values: "array"/],
    ['{\n"properties": { "a": { "minLength": "3" } } }', 8, 37, /is not a schema of draft 2020-12: must be integer/],
    ['{ "required": "a" }', 7, 44, /must be array/],
    ['{ "$schema": "http://json-schema.org/draft-04/schema#",\n"exclusiveMinimum": 3 }', 8, 21, /is not a schema of draft-04: must be boolean/],
    ['{\n"pattern": "a(" }', 8, 12, /"a\(" is not a regular expression of Go's syntax \(RE2\): error parsing regexp: missing closing \): `a\(`/],
    ['{\n"patternProperties": { "(?=a)": true } }', 8, 33, /is not a regular expression of Go's syntax/],
    ['{\n"$ref": "http://127.0.0.1:1/x.json" }', 8, 9, /"http:\/\/127.0.0.1:1\/x.json" is not fetched/],
    ['{\n"$ref": "nothing.json" }', 8, 9, /nothing\.json" cannot be read: ENOENT/],
    [`{\n"$ref": ${JSON.stringify(path.join(dir, 'broken.json'))} }`, 8, 9, /broken\.json" is not valid JSON/],
    [`{\n"$ref": ${JSON.stringify(path.join(dir, 'wrong.json'))} }`, 8, 9, /wrong\.json: is not a schema of draft 2020-12: \/properties\/a\/type must be equal/],
    ['{\n"$ref": "/dev/zero" }', 8, 9, /zero" cannot be read: .*a device, not a regular file/],
    ['{\n"$ref": "#/$defs/a" }', 8, 9, /"#\/\$defs\/a" cannot be resolved: there is no "\$defs"/],
    ['{\n"$ref": "#nowhere" }', 8, 9, /there is no anchor with this name/],
    ['{ "$ref": "#/$defs/a",\n"$defs": { "a": { "$ref": "#/$defs/b" }, "b": { "allOf": [{ "$ref": "#/$defs/a" }] } } }', 8, 1, /refers to itself without going into a property or an item/],
    ['{\n"$schema": "http://example.com/my" }', 8, 12, /is not a supported version of JSON Schema/],
    ['[]', 7, 30, /must be/],
    ['"x"', 7, 30, /must be/]
  ]
  for (const [value, line, column, message] of cases) {
    const file = path.join(dir, 'krakend.json')
    fs.writeFileSync(file, `{
"version": 3,
"endpoints": [{
"endpoint": "/a",
"method": "POST",
"extra_config": {
"validation/json-schema":    ${value}
},
"backend": [{ "host": ["http://h"], "url_pattern": "/" }] }] }`)
    const errors = (await checkConfiguration(file, { env: {} })).filter(({ severity }) => severity === 'error')
    t.equal(errors.length, 1, value)
    t.match(errors[0], { message, file, line }, value)
    if (line === 8 && !value.includes('$defs/b')) t.equal(errors[0]?.column, column, value)
  }
})

t.test('validation/json-schema: keys that are comments elsewhere count', async (t) => {
  const { post } = await start(t, {
    '/keys': schema({ properties: { _id: { type: 'string' }, '@type': { const: 1 }, '#n': { type: 'number' }, $x: false }, required: ['_id'], $defs: { _a: true }, $comment: 'as everywhere', additionalProperties: false })
  })
  t.match(await post('/keys', '{"_id":"a","@type":1,"#n":1}'), { status: 200 })
  t.match(await post('/keys', '{}'), { status: 400, body: "- at '': missing property '_id'" })
  for (const body of ['{"_id":1}', '{"_id":"a","@type":2}', '{"_id":"a","#n":"a"}', '{"_id":"a","$x":1}']) t.match(await post('/keys', body), { status: 400 }, body)
})

t.test('validation/json-schema: formats that are not checked are told at the start', async (t) => {
  const file = path.join(t.testdir(), 'krakend.json')
  const warningsOf = async (value: unknown) => {
    fs.writeFileSync(file, JSON.stringify({ version: 3, endpoints: [{ endpoint: '/a', method: 'POST', ...schema(value), backend: [{ host: ['http://h'], url_pattern: '/' }] }] }))
    return (await checkConfiguration(file, { env: {} })).filter(({ message }) => message.includes('is not checked'))
  }
  t.match(await warningsOf({ properties: { a: { format: 'email' }, b: { format: 'date' }, c: { format: 'of our own' } } }), [{ severity: 'warning', message: /^is not checked, nor is 1 more of this schema: since draft 2019-09 "format" is only an annotation, as on KrakenD/, place: ['endpoints', 0, 'extra_config', namespace, 'properties', 'a', 'format'] }])
  t.strictSame(await warningsOf({ $schema: 'http://json-schema.org/draft-07/schema#', format: 'email' }), [])
  t.strictSame(await warningsOf({ format: 'of our own', properties: { format: { const: 'email' } }, examples: [{ format: 'email' }] }), [])
})

t.test('validation/json-schema: the log tells what is wrong without what the client sent', async (t) => {
  const lines: string[] = []
  const app = Fastify({ forceCloseConnections: true, logger: { stream: { write: (line: string) => { lines.push(line) } } } })
  t.teardown(() => app.close())
  const own = { $schema: 'http://json-schema.org/draft-07/schema#', properties: { password: { minLength: 8, pattern: '[0-9]' }, mail: { format: 'email' }, card: { maximum: 10 } } }
  await app.register(gateway, { config: { version: 3, extra_config: { router: { return_error_msg: true } }, endpoints: [{ endpoint: '/a', method: 'POST', ...schema(own), backend: [{ host: ['http://h'], url_pattern: '/' }] }] } as unknown as Configuration, env: {} })
  const answer = await app.inject({ method: 'POST', url: '/a', payload: '{"password":"hunter","mail":"secret","card":4111111111111111}' })
  t.equal(answer.body, "- at '/password': validation failed\n  - at '/password': minLength: got 6, want 8\n  - at '/password': 'hunter' does not match pattern '[0-9]'\n- at '/mail': 'secret' is not valid email: missing @\n- at '/card': maximum: got 4.111111111111111\u202f×\u202f10¹⁵, want 10")
  const log = lines.join('')
  t.match(log, /does not match pattern/)
  t.match(log, /FG_ERR_VALIDATION_REQUEST/)
  t.notMatch(log, /hunter|secret|4\.?111/)
})
