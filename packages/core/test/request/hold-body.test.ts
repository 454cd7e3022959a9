import { PassThrough } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import t from 'tap'
import { Call, CoreRequest, Fault, holdBody, type Body } from '@floodgate/core'

const broken = (cause: unknown) => new Fault('request', 'FG_ERR_TEST_BROKEN', 'broken', { cause })

function requestOf (body: Body, headers: Record<string, string> = {}, limit = 10): CoreRequest {
  const request = new CoreRequest({ raw: Object.assign(body ?? {}, { headers }) } as unknown as FastifyRequest, new Call(0), 'POST', {}, {}, null, body)
  request.maxHeldBody = limit
  return request
}

t.test('holdBody: nothing to read, nothing to wait for', async (t) => {
  t.equal(holdBody(requestOf(null), broken), null)
  t.equal(holdBody(requestOf(Buffer.alloc(100)), broken), null)
})

t.test('holdBody: a stream becomes a Buffer, an empty one nothing', async (t) => {
  const stream = new PassThrough()
  const request = requestOf(stream)
  const held = holdBody(request, broken)
  stream.write('12345')
  stream.end('67890')
  await held
  t.equal(String(request.body), '1234567890')
  const empty = new PassThrough()
  const none = requestOf(empty)
  const read = holdBody(none, broken)
  empty.end()
  await read
  t.equal(none.body, null)
})

t.test('holdBody: too much ends the call with 413, and the rest is read', async (t) => {
  const stream = new PassThrough()
  const request = requestOf(stream)
  const held = holdBody(request, broken)
  stream.write('12345678901')
  await t.rejects(held!, { status: 413, code: 'FG_ERR_PAYLOAD_TOO_LARGE', detail: /10 bytes that floodgate.max_request_body/ })
  t.match(request.call.reason, { status: 413, kind: 'request' })
  stream.end('more')
  await new Promise((resolve) => { stream.on('end', resolve) })
  const stated = requestOf(new PassThrough(), { 'content-length': '11' })
  await t.rejects(holdBody(stated, broken)!, { code: 'FG_ERR_PAYLOAD_TOO_LARGE' }, 'before a byte has come')
})

t.test('holdBody: a body that breaks off is what its reader says', async (t) => {
  const stream = new PassThrough()
  const held = holdBody(requestOf(stream), broken)
  stream.destroy(new Error('reset'))
  await t.rejects(held!, { code: 'FG_ERR_TEST_BROKEN' })
})
