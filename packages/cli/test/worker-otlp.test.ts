import t from 'tap'
import { startOrigin } from '@floodgate/testing'
import { startWorkers } from './support/start-workers.ts'

interface Attribute { key: string, value: { stringValue?: string } }
interface Point { attributes: Attribute[], count?: string }
interface Sent { resourceMetrics: [{ resource: { attributes: Attribute[] }, scopeMetrics: [{ metrics: { name: string, histogram?: { dataPoints: Point[] } }[] }] }] }

t.test('workers: each sends its own counters over OTLP as an instance of the service, and their sum is right', { timeout: 300_000 }, async (t) => {
  const counts = new Map<string, number>()
  const collector = await startOrigin(t, (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => { chunks.push(chunk) })
    request.on('end', () => {
      const { resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] } = JSON.parse(String(Buffer.concat(chunks))) as Sent
      const { value } = resource.attributes.find(({ key }) => key === 'service.instance.id')!
      const served = metrics.find(({ name }) => name === 'krakend.proxy.duration')?.histogram?.dataPoints ?? []
      for (const { count } of served) counts.set(value.stringValue!, Number(count))
      response.setHeader('content-type', 'application/json').end('{}')
    })
  })
  const { command, ask } = await startWorkers(t, 4, {
    'telemetry/opentelemetry': {
      metric_reporting_period: 1,
      exporters: {
        otlp: [{ name: 'col', host: '127.0.0.1', port: collector.port, use_http: true, disable_traces: true, floodgate: { encoding: 'json' } }]
      }
    }
  })
  await ask(40)
  command.kill('SIGTERM')
  await command.ended
  t.equal([...counts.values()].reduce((sum, count) => sum + count, 0), 40)
  t.ok(counts.size > 1, `${counts.size} of them served`)
})
