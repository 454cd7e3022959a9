import http from 'node:http'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Endpoint, StepResponse } from '@floodgate/core'
import { idleOnSend, serve } from '@floodgate/engine'
import type { Teardown } from '@floodgate/testing'
import t from 'tap'
import { call } from '@floodgate/testing'
import { coreRequest } from '../support/start-gateway.ts'

const endpoint = { method: 'GET', path: '/x', timeout: 2000, cacheTtl: 0, backends: [{ urlPattern: '/x' }] } as unknown as Endpoint
const answer: StepResponse = { status: 200, headers: { 'content-type': 'text/plain', 'set-cookie': ['a=1', 'b=2'] }, body: Buffer.from('caf\u00e9 \u20ac'), data: null, complete: true, fault: null }

async function start (t: Teardown, response: StepResponse, prepare: (app: FastifyInstance) => void = () => {}): Promise<string> {
  const app = Fastify()
  t.teardown(() => app.close())
  prepare(app)
  app.route({ method: ['GET', 'HEAD'], url: '/x', handler: serve({ endpoint, step: async () => ({ ...response, headers: { ...response.headers } }), coreRequest }) })
  return `${await app.listen({ port: 0, host: '127.0.0.1' })}/x`
}

t.test('headersToWrite: an answer that is written by hand has what hooks have set', async (t) => {
  const finished: number[] = []
  const { status, headers, body } = await call(await start(t, answer, (app) => {
    app.addHook('onRequest', async (_request, reply) => { reply.header('x-hook', 'set').header('set-cookie', 'h=0'); reply.raw.setHeader('x-raw', 'set') })
    app.addHook('onResponse', async (_request, reply) => { finished.push(reply.statusCode) })
  }))
  t.equal(status, 200)
  t.match(headers, { 'x-hook': 'set', 'x-raw': 'set', 'content-length': '9', 'x-krakend-completed': 'false' })
  t.strictSame(headers['set-cookie'], ['h=0', 'a=1', 'b=2'])
  t.equal(body.toString(), 'caf\u00e9 \u20ac')
  t.strictSame(finished, [200])
})

t.test('headersToWrite: onSend hooks and trailers have their say', async (t) => {
  const changed = await call(await start(t, answer, (app) => {
    app.addHook('onSend', async (_request, _reply, payload) => `<${String(payload)}>`)
  }))
  t.equal(changed.body.toString(), '<caf\u00e9 \u20ac>')
  const idle = await call(await start(t, answer, (app) => {
    app.decorateRequest(idleOnSend as unknown as string, 0)
    app.addHook('onRequest', async (request) => { Object.assign(request, { [idleOnSend]: 1 }) })
    app.addHook('onSend', async () => { t.fail('a hook that says it does nothing is not called') })
  }))
  t.equal(idle.body.toString(), 'caf\u00e9 \u20ac')
  const trailed = await call(await start(t, answer, (app) => {
    app.addHook('onRequest', async (_request, reply) => { reply.trailer('x-end', async () => 'here') })
  }))
  t.equal(trailed.headers.trailer, 'x-end')
})

t.test('headersToWrite: bodies of any size and none, and answers to HEAD, say how long they are', async (t) => {
  for (const length of [0, 1, 2048, 2049, 200_000]) {
    const { headers, body } = await call(await start(t, { ...answer, headers: {}, body: length === 0 ? null : Buffer.alloc(length, 0xe9) }))
    t.equal(headers['content-length'], String(length))
    t.ok(body.equals(Buffer.alloc(length, 0xe9)))
    t.notHas(headers, 'content-type')
  }
  const head = await call(await start(t, { ...answer, headers: { 'content-length': '70' }, body: null }), { method: 'HEAD' })
  t.equal(head.headers['content-length'], '70')
})

t.test('headersToWrite: middleware that has put functions of its own in place of the response\'s sees the whole answer', async (t) => {
  for (const length of [10, 5000]) {
    const { headers, body } = await call(await start(t, { ...answer, headers: {}, body: Buffer.alloc(length, 'a') }, (app) => {
      app.addHook('onRequest', async (_request, { raw }) => {
        const { write, end } = raw as unknown as Record<'write' | 'end', (...values: unknown[]) => unknown>
        const shout = (chunk: unknown): unknown => typeof chunk === 'string' || Buffer.isBuffer(chunk) ? String(chunk).toUpperCase() : chunk
        Object.assign(raw, {
          write: (chunk: unknown, ...more: unknown[]) => write.call(raw, shout(chunk), ...more),
          end: (chunk: unknown, ...more: unknown[]) => end.call(raw, shout(chunk), ...more)
        })
      })
    }))
    t.equal(headers['content-length'], String(length))
    t.equal(body.toString(), 'A'.repeat(length))
  }
})

t.test('headersToWrite: answers keep their order on a connection that sends the next request at once', async (t) => {
  const url = new URL(await start(t, answer))
  const socket = new http.Agent().createConnection({ port: Number(url.port), host: url.hostname })
  t.teardown(() => socket?.destroy())
  let text = ''
  await new Promise<void>((resolve) => {
    socket?.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk
      if (text.split('HTTP/1.1 200').length === 4 && text.split('caf').length === 4) resolve()
    })
    socket?.write('GET /x HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(3))
  })
  t.equal(text.split('HTTP/1.1 200').length, 4)
})
