import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { gateway } from '@floodgate/gateway'
import { startOrigin } from '@floodgate/testing'
import { createLogger } from '@floodgate/telemetry'

process.env['TZ'] = 'UTC'

interface World { service?: object, backend?: object, more?: object, encoding?: string }

/** A gateway in front of a server; `ask` returns the lines about backends that a request caused. */
async function serve (t: Test, { service, backend, more = {}, encoding = 'json' }: World) {
  const origin = await startOrigin(t, (request, response) => {
    if (request.url!.startsWith('/status/')) response.statusCode = Number(request.url!.slice('/status/'.length))
    response.setHeader('content-type', 'application/json').end('{"usage":{"total":12345678901234567890,"list":[7],"token":"t0ps3cret"},"text":"a \\"b\\"\\n"}')
  })
  const lines: string[] = []
  const settings = { level: 'INFO', prefix: 'P', ...service } as const
  const log = await createLogger(settings, { stream: { write: (line) => { lines.push(line) } } })
  const app = Fastify({ loggerInstance: log as never })
  t.teardown(() => app.close())
  await app.register(gateway, {
    config: {
      version: 3,
      timeout: '60s',
      extra_config: { 'telemetry/logging': settings, router: { disable_access_log: true } },
      endpoints: [{
        endpoint: '/{path}/{rest}',
        output_encoding: encoding,
        input_headers: ['X-User', 'Authorization'],
        input_query_strings: ['*'],
        backend: [{ host: [origin.url], url_pattern: '/{path}/{rest}', encoding, extra_config: { ...backend !== undefined && { 'telemetry/logging': backend }, ...more } }]
      }]
    }
  } as never)
  const ask = async (url: string, headers: Record<string, string> = {}): Promise<string[]> => {
    lines.length = 0
    await app.inject({ url, headers })
    return lines.filter((line) => line.includes('B|'))
  }
  return { ask }
}

t.test('telemetry/logging backend: the default line', async (t) => {
  const { ask } = await serve(t, { service: { backend: { prefix: 'B| ' } } })
  t.match((await ask('/a/b?x=1')), [/^B\| \d{4}\/\d\d\/\d\d - \d\d:\d\d:\d\d\.\d{3} \|200\| \d+\.\d{3} \| GET 127\.0\.0\.1:\d+ \/a\/b\n$/])
})

t.test('telemetry/logging backend: variables of the request, the response and the token', async (t) => {
  const custom = 'B|%{statusCode} %{scheme} %{path} %{query} %{query.q} %{header.X-User} %{header.Authorization} %{resp.usage.total} %{resp.usage.list.0} %{resp.usage} %{resp.text} %{resp.none} %{resp.usage.token} %{jwt.sub}\n'
  const { ask } = await serve(t, { service: { backend: { custom_format: custom, no_value: '?' } } })
  const [line, ...others] = await ask('/a/b?q=1&access_token=s3cret', { 'x-user': 'joe', authorization: 'Bearer s3cret' })
  t.equal(line, 'B|200 http /a/b access_token=[redacted]&q=1 1 joe [redacted] 12345678901234567890 7 {\\"total\\":12345678901234567890,\\"list\\":[7],\\"token\\":\\"[redacted]\\"} a \\"b\\"\\n ? [redacted] ?\n')
  t.strictSame(others, [])
})

t.test('telemetry/logging backend: failures have the status of the backend, or none', async (t) => {
  const { ask } = await serve(t, { service: { backend: { custom_format: 'B|%{statusCode} %{resp.text}' } }, more: { 'qos/circuit-breaker': { interval: 60, timeout: 60, max_errors: 1 } } })
  for (let i = 0; i < 2; i++) t.strictSame(await ask('/status/503'), ['B|503 -\n'])
  t.strictSame(await ask('/status/200'), ['B|- -\n'], 'the circuit breaker is open')
})

t.test('telemetry/logging backend: a backend has its own settings, or alone has any', async (t) => {
  const own = { backend: { custom_format: 'B|own %{statusCode}' } }
  t.strictSame(await (await serve(t, { service: { backend: { custom_format: 'B|service %{statusCode}' } }, backend: own })).ask('/a/b'), ['B|own 200\n'])
  t.strictSame(await (await serve(t, { backend: own })).ask('/a/b'), ['B|own 200\n'])
  t.strictSame(await (await serve(t, {})).ask('/a/b'), [])
  t.strictSame(await (await serve(t, { service: { backend: { custom_format: 'B|%{statusCode} %{resp.text}' } }, encoding: 'no-op' })).ask('/status/404'), ['B|404 -\n'], 'what passes unchanged has no values')
})

t.test('telemetry/logging backend: with a level it is an entry of the application log', async (t) => {
  const { ask } = await serve(t, { service: { format: 'json', backend: { custom_format: 'B|%{statusCode}', log_with_level: 'WARNING' } } })
  t.match((await ask('/a/b')).map((line) => JSON.parse(line) as object), [{ level: 'WARNING', message: 'B|200', reqId: /^req-/ }])
  const silent = await serve(t, { service: { level: 'ERROR', backend: { custom_format: 'B|%{statusCode}', log_with_level: 'INFO' } } })
  t.strictSame(await silent.ask('/a/b'), [])
})

t.test('telemetry/logging backend: patterns that cannot be used stop the start, at their places', async (t) => {
  await t.rejects(serve(t, { service: { backend: { custom_format: '%{status}' } } }), { message: /extra_config\["telemetry\/logging"\]\.backend\.custom_format: .*unknown variable %\{status\}: use .*%\{resp\.PATH\}/ })
  await t.rejects(serve(t, { backend: { backend: { custom_format: 'none' } } }), { message: /endpoints\[0\]\.backend\[0\]\.extra_config\["telemetry\/logging"\]\.backend\.custom_format: / })
})
