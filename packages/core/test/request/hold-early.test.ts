import http from 'node:http'
import { once } from 'node:events'
import t, { type Test } from 'tap'
import Fastify from 'fastify'
import { defaultMaxHeldBody, Fault, heldLimit, holdEarly } from '@floodgate/core'

/** Serves requests whose body a hook reads early; gives how one ended. */
async function serve (t: Test, limit: number, timeout: number) {
  const app = Fastify({ forceCloseConnections: true })
  t.teardown(() => app.close())
  app.addContentTypeParser('*', (_request, payload, done) => { done(null, payload) })
  app.addHook('onRequest', async (request, reply) => {
    const broken = (cause: unknown): Fault => new Fault('request', 'FG_ERR_BROKEN', 'broken', { status: 400, cause })
    try {
      const body = await holdEarly(request, limit, timeout, broken)
      const again = await holdEarly(request, limit, timeout, broken)
      await reply.send({ body: body === null ? null : String(body), isKept: again === body })
    } catch (error) {
      await reply.code((error as Fault).status).send((error as Fault).code)
    }
  })
  app.all('/', async () => 'unreached')
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return async (body: string | null, isWhole = true) => {
    const request = http.request(url, { method: 'POST', agent: false, headers: { 'content-type': 'text/plain' } })
    request.on('error', () => {})
    if (body !== null) request.write(body)
    if (isWhole) request.end()
    else request.flushHeaders()
    const [response] = await once(request, 'response') as [http.IncomingMessage]
    let text = ''
    for await (const chunk of response) text += String(chunk)
    request.destroy()
    return { status: response.statusCode, text }
  }
}

t.test('holdEarly: reads a body whole, once, and leaves it in rawBody', async (t) => {
  const send = await serve(t, 100, 60_000)
  t.same(JSON.parse((await send('text')).text), { body: 'text', isKept: true })
})

t.test('holdEarly: a body beyond the limit, and one that does not end in time', async (t) => {
  t.match(await (await serve(t, 3, 60_000))('text'), { status: 413, text: 'FG_ERR_PAYLOAD_TOO_LARGE' })
  t.match(await (await serve(t, 100, 10))('text', false), { status: 500, text: 'FG_ERR_DEADLINE' })
})

t.test('heldLimit: the first place that has the setting, and never more than max_payload lets in', (t) => {
  t.equal(heldLimit({}, {}), defaultMaxHeldBody)
  t.equal(heldLimit({ floodgate: { max_request_body: 5 } }, { floodgate: { max_request_body: 9 } }), 5)
  t.equal(heldLimit({}, { floodgate: { max_request_body: 9 }, router: { max_payload: 7 } }), 7)
  t.equal(heldLimit({ proxy: { max_payload: 3 } }, { router: { max_payload: 7 } }), 3)
  t.equal(heldLimit({ proxy: { max_payload: 0 } }, {}), defaultMaxHeldBody)
  t.end()
})
