import Fastify from 'fastify'
import t, { type Test } from 'tap'
import gateway from '@floodgate/gateway'
import { call, startOrigin } from '@floodgate/testing'
import { startCollector } from './start-collector.ts'

const trace = '0af7651916cd43dd8448eb211c80319c'
const span = 'b7ad6b7169203331'

interface Sent { parent: string | null, state: string | null }

async function start (t: Test, rate: number) {
  const origin = await startOrigin(t, ({ headers }, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ parent: headers.traceparent ?? null, state: headers.tracestate ?? null }))
  })
  const collector = await startCollector(t)
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(gateway, {
    config: {
      version: 3,
      extra_config: {
        'telemetry/opentelemetry': {
          trace_sample_rate: rate,
          exporters: { otlp: [{ name: 'c', host: '127.0.0.1', port: collector.port, use_http: true, disable_metrics: true }] }
        }
      },
      endpoints: [{ endpoint: '/e', backend: [{ host: [origin.url], url_pattern: '/b' }] }]
    },
    env: {}
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return {
    ask: async (headers: Record<string, string | string[]> = {}) => JSON.parse(String((await call(`${url}/e`, { headers: headers as Record<string, string> })).body)) as Sent,
    spans: async () => {
      await app.close()
      return collector.received.spans
    }
  }
}

t.test('sampling: as many traces as the rate says, each of them whole', async (t) => {
  const requests = 400
  // 0.5: five standard deviations of the binomial distribution.
  for (const [rate, least, most] of [[0, 0, 0], [0.5, 150, 250], [1, requests, requests]] as const) {
    const { ask, spans } = await start(t, rate)
    const sent: Sent[] = []
    for (let i = 0; i < requests; i++) sent.push(await ask())
    const reported = await spans()
    const traces = new Map<string, string[]>()
    for (const { traceId, kind } of reported) traces.set(traceId, [...traces.get(traceId) ?? [], kind])
    t.ok(traces.size >= least && traces.size <= most, `${traces.size} of ${requests} at ${rate}`)
    for (const kinds of traces.values()) t.strictSame(kinds.sort(), ['client', 'internal', 'internal', 'internal', 'server'])
    t.same(new Set(sent.filter(({ parent }) => parent!.endsWith('-01')).map(({ parent }) => parent!.slice(3, 35))), new Set(traces.keys()), 'backends hear the same')
    t.equal(new Set(sent.map(({ parent }) => parent!.slice(3, 35))).size, requests, 'each has its own identifier')
  }
})

t.test('sampling: a traceparent that W3C Trace Context does not allow begins a new trace, with its own decision', async (t) => {
  for (const rate of [0, 1]) {
    const { ask, spans } = await start(t, rate)
    const wrong = [
      `ff-${trace}-${span}-01`, `00-${trace.toUpperCase()}-${span}-01`, `00-${trace}-${span.toUpperCase()}-01`, `00-${trace}-${span}-01-more`,
      `00-${'0'.repeat(32)}-${span}-01`, `00-${trace}-${'0'.repeat(16)}-01`, `0-${trace}-${span}-01`, `00-${trace}-${span}-1`, `00-${trace}-${span}`, '', 'x'
    ]
    for (const traceparent of wrong) {
      const { parent, state } = await ask({ traceparent, tracestate: 'vendor=1' })
      t.match(parent, rate === 0 ? /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/ : /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/, traceparent)
      t.not(parent!.slice(3, 35).toLowerCase(), trace)
      t.equal(state, null, 'a state belongs to its parent')
    }
    const servers = (await spans()).filter(({ kind }) => kind === 'server')
    t.equal(servers.length, rate * wrong.length)
    t.ok(servers.every(({ parentId, traceId }) => parentId === '' && traceId !== trace))
  }
})

t.test('sampling: between 0 and 1 a valid traceparent decides, of a later version too; a long tracestate is left out', async (t) => {
  const { ask, spans } = await start(t, 0.5)
  const ways = [
    [`00-${trace}-${span}-01`, 'vendor=1', true, 'vendor=1'],
    [`00-${trace}-${span}-00`, 'vendor=1', false, 'vendor=1'],
    [`00-${trace}-${span}-03`, '', true, null],
    [`cc-${trace}-${span}-01-more`, `a=${'x'.repeat(4094)}`, true, `a=${'x'.repeat(4094)}`],
    [`00-${trace}-${span}-01`, `a=${'x'.repeat(4095)}`, true, null]
  ] as const
  for (const [traceparent, tracestate, isSampled, passed] of ways) {
    const { parent, state } = await ask({ traceparent, tracestate })
    t.match(parent, new RegExp(`^00-${trace}-[0-9a-f]{16}-${isSampled ? '01' : '00'}$`), traceparent)
    t.equal(state, passed)
  }
  const servers = (await spans()).filter(({ kind }) => kind === 'server')
  t.same(servers.map(({ traceId, parentId }) => [traceId, parentId]), Array.from({ length: 4 }, () => [trace, span]))
})
