import { once } from 'node:events'
import { Readable } from 'node:stream'
import Fastify, { type FastifyInstance } from 'fastify'
import t from 'tap'
import { DecodedResponse, Fault, type CoreRequest, type Endpoint, type Step, type StepResponse } from '@floodgate/core'
import { serve, type ServeOptions } from '@floodgate/engine'
import type { Teardown } from '@floodgate/testing'
import { call } from '@floodgate/testing'
import { coreRequest } from './support/start-gateway.ts'

const render: ServeOptions['render'] = (response) => {
  response.headers['content-type'] = 'application/json; charset=utf-8'
  return Buffer.from(JSON.stringify(response.data))
}
const raw: StepResponse = { status: 200, headers: {}, body: null, data: null, complete: true, fault: null }

async function start (t: Teardown, step: Step, options: Partial<ServeOptions> & { cacheTtl?: number } = {}, app: FastifyInstance = Fastify()): Promise<string> {
  const { cacheTtl = 0, ...rest } = options
  const endpoint = { method: 'GET', path: '/x', timeout: 300, cacheTtl, backends: [{ urlPattern: '/a' }, { urlPattern: '/b' }] } as unknown as Endpoint
  t.teardown(() => app.close())
  app.route({ method: ['GET', 'POST'], url: '/*', handler: serve({ endpoint, step, coreRequest, ...rest }) })
  return app.listen({ port: 0, host: '127.0.0.1' })
}

t.test('serve: only complete answers with content say so, and may be cached', async (t) => {
  let answer!: StepResponse
  const url = await start(t, async () => answer, { render, cacheTtl: 90_999 })
  for (const [data, complete, fault, completed] of [
    [{ a: 1 }, true, null, 'true'], [{}, true, null, 'false'], [null, true, null, 'false'], [{ a: 1 }, false, new Fault('backend', 'X', 'x'), 'false']
  ] as const) {
    answer = new DecodedResponse(data as Record<string, unknown> | null, complete, fault)
    answer.headers = { 'x-feature': 'set' }
    const { status, headers, body } = await call(url)
    t.equal(status, 200)
    t.equal(body.toString(), JSON.stringify(data))
    t.equal(headers['x-krakend-completed'], completed)
    t.equal(headers['cache-control'], completed === 'true' ? 'public, max-age=90' : undefined)
    t.equal(headers['content-type'], 'application/json; charset=utf-8')
    t.equal(headers['x-feature'], 'set')
  }
})

t.test('serve: a raw answer is never complete nor cached', async (t) => {
  const url = await start(t, async () => ({ ...raw, headers: { 'content-type': 'application/json' }, body: Buffer.from('{"a":1}') }), { cacheTtl: 60_000 })
  const { headers, body } = await call(url)
  t.match(headers, { 'x-krakend-completed': 'false', 'content-type': 'application/json' })
  t.notHas(headers, 'cache-control')
  t.equal(body.toString(), '{"a":1}')
})

t.test('serve: an answer without a body stays without one, whatever its type', async (t) => {
  const url = await start(t, async () => ({ ...raw, status: 404, headers: { 'content-type': 'application/json' } }))
  const { status, headers, body } = await call(url)
  t.equal(status, 404)
  t.equal(headers['content-length'], '0')
  t.equal(body.length, 0)
})

t.test('serve: faults have their status, and their answer where texts are shown', async (t) => {
  const fault = new Fault('backend', 'X', 'invalid status code 422', { status: 422, answer: { body: '{"no":1}', contentType: 'application/json' } })
  const lines: string[] = []
  const app = Fastify({ logger: { level: 'warn', stream: { write: (line: string) => { lines.push(line) } } } })
  const hidden = await call(await start(t, async () => { throw fault }, {}, app))
  t.equal(hidden.status, 422)
  t.equal(hidden.body.length, 0)
  t.notHas(hidden.headers, 'content-type')
  t.match(JSON.parse(lines[0]!), { endpoint: 'GET /x', code: 'X', detail: 'invalid status code 422' })
  t.notHas(JSON.parse(lines[0]!), 'backend')
  const shown = await call(await start(t, () => Promise.reject(fault), { errors: { showErrorText: true } }))
  t.equal(shown.body.toString(), '{"no":1}')
  t.equal(shown.headers['content-type'], 'application/json')
  const semantic = await call(await start(t, async (request) => new Promise((_resolve, reject) => { request.call.listen(reject) }), { errors: { semanticErrors: true, showErrorText: true } }))
  t.equal(semantic.status, 504)
  t.equal(semantic.body.toString(), 'context deadline exceeded')
  t.equal((await call(await start(t, async () => { throw fault }, { errors: { semanticErrors: true } }))).status, 422, 'a status of its own stays')
})

t.test('serve: a mistake of ours is a 500 without a text, and logged with its stack', async (t) => {
  const lines: string[] = []
  const app = Fastify({ logger: { level: 'warn', stream: { write: (line: string) => { lines.push(line) } } } })
  const url = await start(t, () => { throw new TypeError('x is not a function') }, { errors: { showErrorText: true } }, app)
  const { status, body } = await call(url)
  t.equal(status, 500)
  t.equal(body.toString(), 'internal error')
  t.match(JSON.parse(lines[0]!), { level: 50, endpoint: 'GET /x', err: { message: 'x is not a function', stack: /serve\.test/ } })
})

t.test("serve: an error that is the client's keeps its status", async (t) => {
  const url = await start(t, async () => { throw Object.assign(new Error('invalid characters'), { statusCode: 400 }) }, { errors: { showErrorText: true } })
  const { status, body } = await call(url)
  t.equal(status, 400)
  t.equal(body.toString(), 'invalid characters')
})

t.test('serve: an answer that cannot be written is a failure, not a crash', async (t) => {
  const url = await start(t, async () => ({ ...raw, headers: { 'x-bad': 'line\nbreak' }, body: Buffer.from('x') }))
  const { status, headers } = await call(url)
  t.equal(status, 500)
  t.notHas(headers, 'x-bad')
  const rendering = await start(t, async () => new DecodedResponse({ a: 1 }), { render: () => { throw new Error('cannot render') } })
  t.equal((await call(rendering)).status, 500)
})

t.test('serve: a partial answer logs what is missing', async (t) => {
  const lines: string[] = []
  const app = Fastify({ logger: { level: 'warn', stream: { write: (line: string) => { lines.push(line) } } } })
  const url = await start(t, async () => new DecodedResponse({ a: 1 }, false, new Fault('backend', 'GONE', 'EOF', { detail: 'GET http://b/: other side closed' })), { render }, app)
  t.equal((await call(url)).status, 200)
  t.match(JSON.parse(lines[0]!), { code: 'GONE', detail: 'GET http://b/: other side closed' })
})

t.test('serve: a client that is gone before the answer gets none, and its body is let go', async (t) => {
  let asked!: (request: CoreRequest) => void
  const arrived = new Promise<CoreRequest>((resolve) => { asked = resolve })
  let answer!: (response: StepResponse) => void
  const url = await start(t, (request) => new Promise((resolve) => { answer = resolve; asked(request) }))
  const request = call(url).catch((error: Error) => error)
  const core = await arrived
  const gone = new Promise<Fault>((resolve) => { core.call.listen(resolve) })
  core.incoming.raw.socket.destroy()
  t.equal((await gone).kind, 'abort')
  const body = new Readable({ read () {} })
  answer({ ...raw, body })
  await once(body, 'close')
  t.ok(body.destroyed)
  await request
})

t.test('serve: a body that broke off before it could be sent is a failure', async (t) => {
  const body = new Readable({ read () {} })
  body.on('error', () => {})
  body.destroy(new Fault('backend', 'GONE', 'unexpected EOF', { status: 503 }))
  await new Promise((resolve) => { body.once('close', resolve) })
  const { status } = await call(await start(t, async () => ({ ...raw, body })))
  t.equal(status, 503)
})

t.test("serve: a hook's header that cannot be written is a 500 without it", async (t) => {
  const app = Fastify()
  app.addHook('onRequest', async (_request, reply) => { reply.header('x-bad', 'line\nbreak') })
  const url = await start(t, async () => ({ ...raw, body: Buffer.from('x') }), {}, app)
  t.match(await call(url), { status: 500 })
  t.match(await call(await start(t, async () => { throw undefined }, {}, Fastify().addHook('onRequest', async (_request, reply) => { reply.header('x-bad', '\n') }))), { status: 500 }) // eslint-disable-line no-throw-literal
})
