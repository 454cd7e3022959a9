import t from 'tap'
import { gzipSync } from 'node:zlib'
import type http from 'node:http'
import type { Readable } from 'node:stream'
import { DecodedResponse, stringifyExact, type Backend, type Exchange, type StepResponse } from '@floodgate/core'
import { createBackendStep } from '@floodgate/aggregate'
import { readAll, startOrigin } from '@floodgate/testing'
import { createBackend, createRequest, exchange, fault } from './support/requests.ts'

const origin = await startOrigin(t, (req, res) => {
  const answer = answers[req.url!.split('?')[0]!]!
  answer(req, res)
})

const json = { 'content-type': 'application/json' }
const gzip = { ...json, 'content-encoding': 'gzip' }
const answers: Record<string, http.RequestListener> = {
  '/ok': (_, res) => { res.writeHead(200, json).end('{"a":{"b":1.50,"c":2}}') },
  '/created': (_, res) => { res.writeHead(201, json).end('{"a":1}') },
  '/bad': (_, res) => { res.writeHead(503, json).end('{"no":1}') },
  '/none': (_, res) => { res.writeHead(503).end() },
  '/empty': (_, res) => { res.writeHead(204).end() },
  '/gzip': (_, res) => { res.writeHead(200, gzip).end(gzipSync('{"a":1}')) },
  '/lie': (_, res) => { res.writeHead(200, gzip).end('{"a":1}') },
  '/bad-gzip': (_, res) => { res.writeHead(500, gzip).end(gzipSync('why')) },
  '/bad-lie': (_, res) => { res.writeHead(500, gzip).end('why') },
  '/odd': (_, res) => { res.writeHead(200, { ...json, 'content-encoding': 'made-up' }).end('{"a":1}') },
  '/cut': (_, res) => { res.writeHead(200, { ...json, 'content-length': '100' }); res.write('{"a":'); setImmediate(() => { res.destroy() }) },
  '/slow': (_, res) => { res.writeHead(200, json); res.write('{"a":') },
  '/chunks': (_, res) => { res.writeHead(200, json); res.write('{"a":"'); setImmediate(() => { res.end('é"}') }) },
  '/large-failure': (_, res) => { res.writeHead(500); res.end(Buffer.alloc(1_000_000)) },
  '/html': (_, res) => { res.writeHead(200).end('<html>') },
  '/deep': (_, res) => { res.writeHead(200, json).end('{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000)) }
}

function call (target: string, settings: Parameters<typeof createBackend>[0] = {}, timeout?: number, by: Exchange = exchange): Promise<StepResponse> {
  const backend = createBackend({ urlPattern: target, ...settings })
  const request = createRequest({ origin: origin.url, target, ...(timeout !== undefined && { timeout }) })
  return createBackendStep(backend, by)(request).finally(() => { request.call.finish() })
}
const http_ = (settings: unknown): Partial<Backend> => ({ extra: { 'backend/http': settings } })

t.test('createBackendStep: decodes a good answer and keeps its text', async (t) => {
  for (const target of ['/ok', '/created', '/gzip', '/odd', '/chunks']) {
    const response = await call(target) as DecodedResponse
    t.match(response, { status: 200, headers: {}, body: null, complete: true, fault: null })
    t.ok(response.text, target)
  }
  t.equal((await call('/ok') as DecodedResponse).text!.bytes.toString(), '{"a":{"b":1.50,"c":2}}')
  t.same((await call('/chunks')).data, { a: 'é' })
})

t.test('createBackendStep: shapes', async (t) => {
  const response = await call('/ok', { target: 'a', allow: ['b'], group: 'g' }) as DecodedResponse
  t.equal(response.text!.bytes.toString(), '{"g":{"b":1.50}}')
  const inside = await call('/ok', { allow: ['a.b'], group: 'g' }) as DecodedResponse
  t.equal(inside.text!.bytes.toString(), '{"g":{"a":{"b":1.50}}}')
  const deep = await call('/ok', { deny: ['a.c'], group: 'g' }) as DecodedResponse
  t.equal(deep.text, null)
  t.equal(stringifyExact(deep.data), '{"g":{"a":{"b":1.50}}}')
})

t.test('createBackendStep: no-op passes the raw answer on', async (t) => {
  const response = await call('/bad', { encoding: 'no-op', group: 'g' })
  t.match(response, { status: 503, headers: json, data: null, complete: true, fault: null })
  t.equal((await readAll(response.body as never)).toString(), '{"no":1}')
})

t.test('createBackendStep: another status than 200 and 201 is a fault without addresses', async (t) => {
  await t.rejects(call('/bad'), fault({ kind: 'backend', code: 'FG_ERR_AGGREGATE_STATUS', status: 500, message: 'invalid status code 503 [GET /bad]', detail: `invalid status code 503 [GET /bad]: ${origin.url}/bad`, answer: null }))
  await t.rejects(call('/empty'), fault({ message: 'invalid status code 204 [GET /empty]' }))
  await t.rejects(call('/bad?token=secret', { urlPattern: '/bad' }), fault({ detail: `invalid status code 503 [GET /bad]: ${origin.url}/bad` }))
})

t.test('return_error_code: hands status, body and type on with the fault', async (t) => {
  const failure = await call('/bad', http_({ return_error_code: true })).catch((error) => error)
  t.match(failure, { status: 503, message: 'invalid status code 503 [GET /bad]', answer: { contentType: 'application/json' } })
  t.equal(failure.answer.body.toString(), '{"no":1}')
  await t.rejects(call('/empty', http_({ return_error_code: true })), fault({ status: 204, answer: { contentType: 'text/plain; charset=utf-8' } }))
  await t.rejects(call('/bad', http_({ return_error_code: false })), fault({ status: 500, answer: null }))
  t.equal((await call('/bad-gzip', http_({ return_error_code: true })).catch((error) => error)).answer.body.toString(), 'why')
  t.equal((await call('/bad-lie', http_({ return_error_code: true })).catch((error) => error)).answer.body.length, 0)
})

t.test('return_error_details: tells the failure as a document that is not complete', async (t) => {
  const response = await call('/bad', { ...http_({ return_error_details: 'b.c', return_error_code: true }), group: 'g', mapping: { 'error_b.c': 'x' } })
  t.match(response, { status: 200, complete: false, fault: null })
  t.same(response.data, { 'error_b.c': { http_status_code: 503, http_body: '{"no":1}', http_body_encoding: 'application/json' } })
  t.same((await call('/none', http_({ return_error_details: 'x' }))).data, { error_x: { http_status_code: 503 } })
  await t.rejects(call('/bad', http_({ return_error_details: '', return_error_code: true })), fault({ status: 500, answer: null }), 'an empty name switches both off')
  t.same((await call('/ok', http_({ return_error_details: 'x' }))).data!.a, { b: (await call('/ok')).data!.a && ((await call('/ok')).data!.a as { b: string }).b, c: 2 })
})

t.test('createBackendStep: what is not what it says is a fault', async (t) => {
  await t.rejects(call('/html'), fault({ code: 'FG_ERR_AGGREGATE_DECODE', message: 'the response of the backend is not valid JSON', status: 500 }))
  await t.rejects(call('/lie'), fault({ code: 'FG_ERR_AGGREGATE_INFLATE' }))
  await t.rejects(call('/cut'), fault({ code: 'FG_ERR_AGGREGATE_BODY' }))
  await t.rejects(call('/slow', {}, 50), fault({ kind: 'deadline' }))
})

t.test('createBackendStep: a document too deep to be shaped is a fault, not a crash', async (t) => {
  await t.rejects(call('/deep', { extra: { proxy: { flatmap_filter: [{ type: 'del', args: [Array(50_000).fill('a').join('.')] }] } } }), fault({ code: 'FG_ERR_AGGREGATE_DECODE' }))
})

t.test('createBackendStep: the body of a failure nobody reads is got rid of', async (t) => {
  const bodies: Readable[] = []
  const spying: Exchange = async (request) => {
    const answer = await exchange(request)
    bodies.push(answer.body as Readable)
    return answer
  }
  await t.rejects(call('/large-failure', {}, undefined, spying))
  const [body] = bodies
  if (!body!.closed) await new Promise((resolve) => { body!.on('close', resolve) })
  t.equal(body!.destroyed, true)
})

t.test('createBackendStep: faults of the exchange pass', async (t) => {
  const failure = new Error('x')
  await t.rejects(call('/ok', {}, undefined, () => Promise.reject(failure)), failure)
})
