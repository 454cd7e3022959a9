import fastify from 'fastify'
import { createLogger, createRequestLog, createRequestLoggers } from '@floodgate/telemetry'
import type { RequestTrace } from '@floodgate/core'
import t from 'tap'
import { openRecord } from '../../src/requests/request-record.ts'

t.test('createRequestLoggers: a request logs as a child of the one logger, and counts as one before it does', async (t) => {
  const lines: string[] = []
  const log = await createLogger({ level: 'INFO', format: 'json' }, { stream: { write: (line) => lines.push(line) } })
  const app = fastify({ logController: createRequestLog(), childLoggerFactory: createRequestLoggers(log) })
  t.teardown(() => app.close())
  app.get('/silent', async () => 'ok')
  app.get('/telling', async (request) => {
    t.equal(request.log.level, 'info')
    request.log.debug('not this')
    request.log.child({ part: 1 }).warn('from a child')
    request.log.info({ n: 2 }, 'hello')
    return 'ok'
  })
  await app.inject('/silent')
  t.strictSame(lines, [])
  await app.inject('/telling')
  t.match(lines.map((line) => JSON.parse(line)), [
    { level: 'WARNING', message: 'from a child', reqId: 'req-2', part: 1 },
    { level: 'INFO', message: 'hello', reqId: 'req-2', n: 2 }
  ])
})

t.test('createRequestLoggers: lines of a traced request have the ids of its trace', async (t) => {
  const lines: string[] = []
  const log = await createLogger({ level: 'INFO', format: 'json' }, { stream: { write: (line) => lines.push(line) } })
  const app = fastify({ logController: createRequestLog(), childLoggerFactory: createRequestLoggers(log), genReqId: () => 'mine' })
  t.teardown(() => app.close())
  const trace: RequestTrace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), isSampled: true, state: '', baggage: '' }
  app.addHook('onRequest', async (request, reply) => {
    openRecord(request, reply).trace = request.url === '/traced' ? trace : null
  })
  app.get('/traced', async (request) => { request.log.info('hello'); return 'ok' })
  app.get('/other', async (request) => { request.log.info('hello'); return 'ok' })
  await app.inject('/traced')
  await app.inject('/other')
  const [traced, other] = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  t.match(traced, { reqId: 'mine', trace_id: trace.traceId, span_id: trace.spanId })
  t.notOk('trace_id' in other!)
})

t.test('createRequestLoggers: a route has its own level', async (t) => {
  const lines: string[] = []
  const log = await createLogger({ level: 'INFO' }, { stream: { write: (line) => lines.push(line) } })
  const app = fastify({ logController: createRequestLog(), childLoggerFactory: createRequestLoggers(log) })
  t.teardown(() => app.close())
  app.get('/', { logLevel: 'error' }, async (request) => { request.log.warn('not this'); return 'ok' })
  app.get('/changed', async (request) => {
    request.log.level = 'error'
    request.log.warn('nor this')
    return 'ok'
  })
  await app.inject('/')
  await app.inject('/changed')
  t.strictSame(lines, [])
})
