import Fastify, { type FastifyServerOptions } from 'fastify'
import t from 'tap'
import gateway from '@floodgate/gateway'
import { call, startOrigin } from '@floodgate/testing'
import { startCollector } from './start-collector.ts'

t.test('embedded: an id of the host that cannot be written as text ends no process, and loses no span', async (t) => {
  const ids: unknown[] = []
  const origin = await startOrigin(t, (request, response) => {
    ids.push(request.headers['x-request-id'])
    response.setHeader('content-type', 'application/json').end('{"a":1}')
  })
  const collector = await startCollector(t)
  const wrong: unknown[] = [
    { toString () { throw new Error('no text') } }, Object.create(null), Symbol('s'), { toString: () => ({}) }, 7
  ]
  const waiting = [...wrong]
  const lines: string[] = []
  const app = Fastify({
    genReqId: (() => waiting.shift()) as unknown as NonNullable<FastifyServerOptions['genReqId']>,
    logger: { level: 'info', stream: { write (line: string) { lines.push(line) } } }
  })
  t.teardown(() => app.close())
  await app.register(gateway, {
    config: {
      version: 3,
      timeout: '60s',
      extra_config: {
        floodgate: { request_id: { forward: true } },
        'telemetry/logging': { access_log_format: 'custom', access_log_custom_format: 'id is %{requestID}' },
        'telemetry/opentelemetry': {
          exporters: { otlp: [{ name: 'col', host: '127.0.0.1', port: collector.port, use_http: true, disable_metrics: true }] }
        }
      },
      endpoints: [{ endpoint: '/a', backend: [{ host: [origin.url], url_pattern: '/' }] }]
    },
    env: {}
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  for (let i = 0; i < wrong.length; i++) t.equal((await call(`${url}/a`)).status, 200)
  await app.close()
  const texts = ['object', 'object', 'Symbol(s)', 'object', '7']
  t.same(collector.received.spans.filter(({ kind }) => kind === 'server').map(({ attributes }) => attributes['request.id']), texts)
  t.same(ids, texts, 'backends')
  t.same(lines.filter((line) => line.includes('id is ')).map((line) => /id is (.*?)"/.exec(line)?.[1]), texts, 'access log')
})
