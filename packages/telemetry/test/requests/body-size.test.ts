import { once } from 'node:events'
import { Readable } from 'node:stream'
import Fastify from 'fastify'
import t from 'tap'
import type { StepResponse } from '@floodgate/core'
import { bodyBytes, countStream } from '../../src/requests/body-size.ts'
import { openRecord, type RequestRecord } from '../../src/requests/request-record.ts'

t.test('body size: the Content-Length of whole bodies; none of answers to HEAD, and of what is no number', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  const sizes: Promise<number>[] = []
  app.addHook('onRequest', (request, reply, done) => {
    const record = openRecord(request, reply)
    sizes.push(once(reply.raw, 'close').then(() => bodyBytes(record)))
    done()
  })
  app.get('/whole', async () => 'hello')
  app.get('/text', (_, reply) => { reply.header('content-length', 'abc').send(Readable.from('hello')) })
  app.get('/negative', (_, reply) => { reply.header('content-length', '-5').send(Readable.from('hello')) })
  for (const url of ['/whole', '/text', '/negative']) await app.inject(url)
  await app.inject({ method: 'HEAD', url: '/whole' })
  t.same(await Promise.all(sizes), [5, 0, 0, 0])
})

t.test('body size: of a body that knows what was passed on, without a wrapper around the response', async (t) => {
  const write = () => true
  const record = { reply: { raw: { write, end: write } }, written: -1, passed: null } as unknown as RequestRecord
  countStream({ body: { passedBytes: 7 }, headers: { 'content-length': '9' } } as unknown as StepResponse, record)
  t.equal(bodyBytes(record), 7)
  t.equal(record.reply.raw.write as unknown, write)
})
