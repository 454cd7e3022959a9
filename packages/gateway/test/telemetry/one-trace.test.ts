// In a process of its own: it registers an OpenTelemetry SDK, which a process has once.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { context, trace, TraceFlags } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import gateway from '@floodgate/gateway'
import { call, startOrigin } from '@floodgate/testing'
import type { ReadSpan } from './read-otlp.ts'
import { startCollector } from './start-collector.ts'

const page = join(import.meta.dirname, '../../../../docs/tracing.md')
const [begin, end] = ['<!-- traces -->\n', '<!-- /traces -->\n']

interface Drawn { readonly name: string, readonly traceId: string, readonly spanId: string, readonly parentId: string, readonly about: string }

/** Draws the spans below a parent; siblings by name, because backends answer in any order. */
function draw (spans: readonly Drawn[], parentId: string, indent = ''): string {
  const below = spans.filter((span) => span.parentId === parentId).sort((a, b) => a.name < b.name ? -1 : 1)
  return below.map(({ name, about, spanId }, i) => {
    const isLast = i === below.length - 1
    const line = `${indent}${parentId === '' ? '' : isLast ? '└─ ' : '├─ '}${name}`
    return `${line.padEnd(50)} ${about}\n${draw(spans, spanId, parentId === '' ? indent : `${indent}${isLast ? '   ' : '│  '}`)}`
  }).join('')
}

function startSdk (t: Test): { spans (): Promise<ReadableSpan[]> } {
  const exporter = new InMemorySpanExporter()
  const processor = new SimpleSpanProcessor({ exporter })
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [processor] }))
  t.teardown(() => {
    trace.disable()
    context.disable()
  })
  return {
    async spans () {
      await processor.forceFlush()
      return exporter.getFinishedSpans()
    }
  }
}

const exporters = (port: number) => ({ otlp: [{ name: 'col', host: '127.0.0.1', port, use_http: true }] })

t.test('one trace: from the host over the gateway to its backends', async (t) => {
  const sdk = startSdk(t)
  const collector = await startCollector(t)
  let [asked, works] = [0, true]
  const origin = await startOrigin(t, (request, response) => {
    const isItems = request.url === '/items'
    const status = isItems ? asked++ === 0 ? 503 : 200 : works ? 200 : 500
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'max-age=600' }).end(`{"${isItems ? 'items' : 'stock'}":1}`)
  })
  const backend = (path: string, extra: Record<string, unknown>) => ({ host: [origin.url], url_pattern: path, extra_config: extra })
  const app = Fastify()
  await app.register(gateway, {
    config: {
      version: 3,
      timeout: '60s',
      name: 'shop',
      extra_config: { 'telemetry/opentelemetry': { exporters: exporters(collector.port) } },
      endpoints: [{
        endpoint: '/cart',
        extra_config: { 'qos/ratelimit/router': { max_rate: 4, capacity: 4, every: '1h' } },
        backend: [
          backend('/items', { 'qos/http-cache': {}, 'backend/http/client': { floodgate: { retry: { attempts: 1, on: [503] } } } }),
          backend('/stock', { 'qos/circuit-breaker': { interval: 60, timeout: 60, max_errors: 1 } })
        ]
      }]
    },
    env: {}
  })
  const tracer = trace.getTracer('shop')
  // A handler beside the gateway: it makes a span, and asks the gateway within it.
  app.get('/page', (_request, reply) => tracer.startActiveSpan('GET /page', async (span) => {
    const { statusCode } = await app.inject('/cart')
    span.end()
    return reply.code(statusCode).send({})
  }))
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const statuses: number[] = []
  for (let i = 0; i < 5; i++) {
    // What the second backend answers with an error from the second request on opens its breaker.
    works = i === 0
    statuses.push((await call(`${url}/page`)).status)
  }
  await app.close()
  t.strictSame(statuses, [200, 200, 200, 200, 503])

  const hosts = (await sdk.spans()).map((span): Drawn => {
    const { traceId, spanId } = span.spanContext()
    return { name: span.name, traceId, spanId, parentId: '', about: 'the app' }
  })
  const own = collector.received.spans.map(({ name, traceId, spanId, parentId, attributes, kind }): Drawn => {
    const status = attributes['http.response.status_code']
    const error = attributes['error'] === undefined ? '' : `, error: ${String(attributes['error']).replaceAll(origin.url, 'http://backend')}`
    const parts = [kind, String(attributes['krakend.stage']), ...Number(status) > 0 ? [String(status)] : []]
    return { name, traceId, spanId, parentId, about: parts.join(', ') + error }
  })
  t.equal(hosts.length, 5)
  const known = new Set([...hosts, ...own].map(({ spanId }) => spanId))
  t.strictSame(own.filter(({ parentId }) => !known.has(parentId)), [], 'each span of the gateway is below another')
  for (const { traceId, spanId } of hosts) {
    t.match(own.filter(({ parentId }) => parentId === spanId), [{ traceId, name: '/cart' }], 'the server span is below that of the host')
  }
  const titles = [
    'The first request: both backends are called. The first attempt at `/items` is answered with 503, and `retry` repeats it within the call',
    'The second: `/items` comes from the cache, so it has no call; `/stock` fails',
    'The third: the same, and the circuit breaker of `/stock` opens',
    'The fourth: the circuit breaker refuses, without a call',
    'The fifth: the rate limit of the endpoint refuses'
  ]
  const made = hosts.map(({ traceId }, i) => {
    return `${titles[i]!}:\n\n\`\`\`text\n${draw([...hosts, ...own].filter((span) => span.traceId === traceId), '')}\`\`\`\n\n`
  }).join('')
  const text = readFileSync(page, 'utf8')
  const [from, to] = [text.indexOf(begin) + begin.length, text.indexOf(end)]
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(page, `${text.slice(0, from)}\n${made}${text.slice(to)}`)
  else t.equal(text.slice(from, to), `\n${made}`, 'UPDATE_DOCS=1 writes it')
})

t.test('the active span of the host goes before the header of the client, unless propagation is off', async (t) => {
  startSdk(t)
  const origin = await startOrigin(t, (_request, response) => { response.setHeader('content-type', 'application/json').end('{}') })
  const client = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }
  const host = { traceId: '1af7651916cd43dd8448eb211c80319c', spanId: 'c7ad6b7169203331', traceFlags: TraceFlags.SAMPLED }
  async function ask (layers: object, headers: Record<string, string>, isTraced: boolean): Promise<ReadSpan> {
    const collector = await startCollector(t)
    const app = Fastify()
    // As an instrumentation does it: all that follows runs in the context of the request's span.
    if (isTraced) app.addHook('onRequest', (_request, _reply, done) => { context.with(trace.setSpanContext(context.active(), host), done) })
    await app.register(gateway, {
      config: {
        version: 3,
        timeout: '60s',
        extra_config: { 'telemetry/opentelemetry': { exporters: exporters(collector.port), layers } },
        endpoints: [{ endpoint: '/a', backend: [{ host: [origin.url], url_pattern: '/' }] }]
      },
      env: {}
    })
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    t.equal((await call(`${url}/a`, { headers })).status, 200)
    await app.close()
    return collector.received.spans.find(({ kind }) => kind === 'server')!
  }
  t.match(await ask({}, client, true), { traceId: host.traceId, parentId: host.spanId })
  t.match(await ask({}, client, false), { traceId: client.traceparent.slice(3, 35), parentId: 'b7ad6b7169203331' })
  t.match(await ask({}, {}, false), { parentId: '' })
  const alone = await ask({ global: { disable_propagation: true } }, client, true)
  t.equal(alone.parentId, '')
  t.notOk([host.traceId, client.traceparent.slice(3, 35)].includes(alone.traceId))
})
