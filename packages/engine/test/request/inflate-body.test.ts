import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import type { FastifyRequest } from 'fastify'
import t from 'tap'
import { Call, type CoreRequest } from '@floodgate/core'
import { readAll } from '@floodgate/testing'
import { createInflater } from '../../src/request/inflate-body.ts'

const create = (router: object = {}, proxy: object = {}) => createInflater({ extra: { proxy } }, { extra: { router } }, 50)

t.test('createInflater: nothing where it is not configured', async (t) => {
  for (const off of [create(), create({ decompress_gzip: 0 }), create({ decompress_gzip: 9 }, { decompress_gzip: false }), create({}, { decompress_gzip: false })]) t.equal(off, null)
})

t.test('createInflater: a body that a hook has kept, or has decompressed already', async (t) => {
  const raw = { headers: { 'content-encoding': 'gzip' } } as unknown as FastifyRequest['raw']
  const inflate = create({ decompress_gzip: 10 })!
  const request = (body: Buffer | Readable) => ({ body, headers: { 'content-encoding': 'gzip', a: '1' } }) as unknown as CoreRequest
  const kept = request(gzipSync('text'))
  t.equal(inflate(kept, raw, new Call(0)), true)
  t.strictSame([kept.headers, (await readAll(kept.body as Readable)).toString()], [{ a: '1' }, 'text'])
  const plain = request(Buffer.from('text'))
  t.equal(inflate(plain, raw, new Call(0)), false)
  t.strictSame(plain.body, Buffer.from('text'))
})

t.test('createInflater: the limit ends the call and the body', async (t) => {
  const raw = { headers: { 'content-encoding': 'gzip' } } as unknown as FastifyRequest['raw']
  for (const [router, proxy, setting] of [[{ decompress_gzip: 10 }, {}, 'router.decompress_gzip'], [{ decompress_gzip: 90, max_payload: 10 }, {}, 'max_payload'], [{ decompress_gzip: 1 }, {}, 'floodgate.max_request_body'], [{}, { decompress_gzip: true, max_payload: 20 }, 'max_payload']] as const) {
    const call = new Call(0)
    const core = { body: gzipSync('x'.repeat(51)), headers: {} } as unknown as CoreRequest
    create(router, proxy)!(core, raw, call)
    t.match(await readAll(core.body as Readable).catch((error: unknown) => error), { status: 413, detail: new RegExp(`bytes that ${setting} allows`) })
    t.match(call.reason, { status: 413 })
  }
})
