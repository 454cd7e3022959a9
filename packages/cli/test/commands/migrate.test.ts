import t from 'tap'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { backend, minimal, runCommand, workIn } from '../support/run-command.ts'

const root = path.resolve(import.meta.dirname, '../../../..')

/** Every namespace of KrakenD that has a level, with settings that none of them refuses for its shape alone. */
const everyNamespace = {
  service: ['ai/mcp', 'documentation/openapi', 'governance/processors', 'grpc', 'modifier/lua-endpoint', 'modifier/response-headers', 'plugin/http-server', 'server/static-filesystem', 'server/virtualhost', 'telemetry/ganalytics', 'telemetry/gelf', 'telemetry/influx', 'telemetry/logstash', 'telemetry/metrics', 'telemetry/moesif', 'telemetry/newrelic', 'telemetry/opencensus', 'telemetry/opentelemetry', 'router', 'security/http', 'security/cors'],
  endpoint: ['documentation/openapi', 'documentation/postman', 'governance/quota', 'modifier/jmespath', 'modifier/lua-endpoint', 'modifier/lua-proxy', 'modifier/request-body-extractor', 'modifier/response-body', 'plugin/middleware', 'plugin/req-resp-modifier', 'validation/response-json-schema', 'websocket', 'security/http'],
  backend: ['ai/llm', 'auth/aws-sigv4', 'auth/gcp', 'auth/ntlm', 'backend/amqp/consumer', 'backend/amqp/producer', 'backend/conditional', 'backend/grpc', 'backend/lambda', 'backend/pubsub/publisher', 'backend/pubsub/subscriber', 'backend/static-filesystem', 'modifier/lua-backend', 'plugin/http-client', 'workflow', 'backend/http', 'proxy']
}

/** An estate in which each namespace is at some endpoint, and every second endpoint has none. */
function createKrakendEstate (count: number): object {
  const endpoint = (i: number): object => {
    const plain = i % 2 === 0
    const own = everyNamespace.endpoint[i % everyNamespace.endpoint.length]!
    const of = everyNamespace.backend[i % everyNamespace.backend.length]!
    return { endpoint: `/e${i}/{id}`, ...!plain && { extra_config: { [own]: { name: ['made-up'] } } }, backend: [{ ...backend, url_pattern: '/{id}', ...!plain && { extra_config: { [of]: {} } } }] }
  }
  return { version: 3, extra_config: Object.fromEntries(everyNamespace.service.map((name) => [name, {}])), endpoints: Array.from({ length: count }, (_, i) => endpoint(i)) }
}

t.test('migrate: says that everything works as it is, and what to run', async (t) => {
  workIn(t, { 'krakend.json': minimal })
  const { code, out, err } = await runCommand('migrate', '-c', 'krakend.json')
  t.match({ code, err }, { code: 0, err: '' })
  t.match(out, /^krakend\.json: 1 endpoint, 1 backend\.\n1 of 1 endpoints work without changes\.\nThe gateway starts with this configuration\.\n/)
  t.match(out, /\nNext steps\n {2}floodgate check -c krakend\.json\n {2}floodgate routes -c krakend\.json\n[^]* {2}floodgate run -c krakend\.json\n$/)
  t.notMatch(out, /What stops|Endpoints that do not/)
})

t.test('migrate: tells what stops, what is lost, what differs and what KrakenD ignored', async (t) => {
  workIn(t, { 'krakend.json': readFileSync(path.join(root, 'test/configurations/from-krakend.json'), 'utf8') })
  const { code, out } = await runCommand('migrate', '--json', '-c', 'krakend.json')
  t.equal(code, 1)
  const report = JSON.parse(out)
  t.match(report, { endpoints: 4, backends: 5, asTheyAre: 3, starts: false })
  t.strictSame(report.stoppers.map(({ name, endpoints }: any) => [name, endpoints]), [['governance/quota', ['POST /orders']], ['backend/grpc', ['POST /orders']]], 'what guards first')
  t.match(report.affected, [{ method: 'POST', path: '/orders', outcome: 'stops', losses: [{ line: Number, severity: 'error' }, { severity: 'error' }] }])
  t.strictSame(report.additions, [{ namespace: 'documentation/openapi', count: 2 }])
  t.match(report.ignoredThere, [{ path: 'endpoints[1].extra_config["qos/ratelimit/router"].max_rate' }])
  const differences = Object.fromEntries(report.differences.map(({ id, places }: any) => [id, places]))
  t.strictSame(differences['encoded-query-params'], ['endpoints[1].backend[1]'])
  t.strictSame(differences['merge-order'], ['endpoints[1]'])
  t.strictSame(differences['error-texts'], [])
  t.notOk('cache-keys' in differences, 'nothing of keys that are not there')
  t.ok(report.commands.includes('floodgate run -c krakend.json --skip-unsupported'))

  const skipped = await runCommand('migrate', '--skip-unsupported', '-c', 'krakend.json')
  t.match(skipped, { code: 8, out: /POST \/orders answers 501/ }, 'with the way on')
  t.match(await runCommand('migrate', '--allow-unsupported', 'backend/grpc', 'governance/*', '-c', 'krakend.json'), { code: 8, out: /POST \/orders is served without some of its settings/ })
})

t.test('migrate: what works the same on KrakenD, or does nothing there either, is no loss', async (t) => {
  workIn(t, { 'krakend.json': { ...minimal, prot: 1, endpoints: [{ endpoint: '/a', backend: [{ ...backend, allow: ['a'], deny: ['b'], encoding: 'jsno' }] }, { endpoint: '/b', method: 'PSOT', backend: [backend] }] } })
  t.match(await runCommand('migrate', '-c', 'krakend.json'), { code: 0, out: /1 of 1 endpoints work without changes\./ })
})

t.test('migrate: errors to correct come before commands that would fail', async (t) => {
  workIn(t, { 'krakend.json': { version: 3, port: 70000, endpoints: [{ endpoint: '/a', timeout: 'soon', backend: [backend] }] } })
  const { code, out } = await runCommand('migrate', '-c', 'krakend.json')
  t.equal(code, 1)
  t.match(out, /does not start with it: it has errors[^]*GET \/a has an error[^]*timeout: must be a duration[^]*The service\n {2}krakend\.json:3 port: 70000/)
  t.notMatch(out, /floodgate run/)
})

t.test('migrate: writes Markdown', async (t) => {
  workIn(t, { 'krakend.json': readFileSync(path.join(root, 'test/configurations/from-krakend.json'), 'utf8') })
  const { out } = await runCommand('migrate', '--format', 'markdown', '-c', 'krakend.json')
  t.match(out, /^# krakend\.json on Floodgate\n\n4 endpoints, 5 backends\.\n/)
  t.match(out, /\n## What prevents the start\n\n- governance\/quota, which may refuse a request: 1 endpoint: POST \/orders\n {2}- /)
  t.match(out, /\n## Next steps\n\n```sh\nfloodgate check -c krakend\.json\n[^]*```\n$/)
})

t.test('migrate: tells what cannot be read', async (t) => {
  workIn(t, { 'krakend.json': '{', 'old.json': { version: 2, endpoints: [] } })
  t.match(await runCommand('migrate', '-c', 'krakend.json'), { code: 1, out: '', err: /krakend\.json:1:2 error/ })
  t.match(await runCommand('migrate', '-c', 'old.json'), { code: 1, out: '', err: /unsupported version 2/ })
  t.match(await runCommand('migrate', '-c', 'gone.json'), { code: 1, out: '', err: /there is no such file/ })
})

t.test('migrate: takes two thousand endpoints and every namespace', { timeout: 120_000 }, async (t) => {
  workIn(t, { 'krakend.json': createKrakendEstate(2000) })
  const { code, out } = await runCommand('migrate', '--json', '-c', 'krakend.json')
  t.equal(code, 1)
  const report = JSON.parse(out)
  t.equal(report.endpoints, 2000)
  t.ok(report.asTheyAre >= 1000, 'those without any namespace')
  t.ok(report.affected.length + report.asTheyAre === 2000)
  const names = new Set(report.stoppers.map(({ name }: any) => name))
  for (const name of ['governance/quota', 'websocket', 'backend/lambda', 'ai/llm', 'workflow', 'grpc', 'made-up']) t.ok(names.has(name), name)
  const text = await runCommand('migrate', '-c', 'krakend.json')
  t.match(text.out, /GET \/e1999\/\{id\} prevents the start/, 'each endpoint is there')
  t.match(text.out, /telemetry\/newrelic/)
})

t.test('migrate: reads templates, and keeps their variables in the commands', async (t) => {
  const dir = workIn(t, { 'krakend.tmpl': '{ "version": 3, "port": {{ .service.port }}, "endpoints": [\n{{ range $i, $name := .service.names }}{{ if $i }},{{ end }}{ "endpoint": "/{{ $name }}", "backend": [{ "host": ["http://a.example.com"], "url_pattern": "/", "extra_config": { "backend/grpc": {} } }] }\n{{ end }}] }\n' }, { settings: { 'service.json': '{ "port": 8081, "names": ["a", "b"] }' } })
  t.ok(dir)
  process.env['FC_ENABLE'] = '1'
  process.env['FC_SETTINGS'] = 'settings'
  t.teardown(() => {
    delete process.env['FC_ENABLE']
    delete process.env['FC_SETTINGS']
  })
  const { code, out } = await runCommand('migrate', '-c', 'krakend.tmpl')
  t.equal(code, 1)
  t.match(out, /2 endpoints, 2 backends\.\n0 of 2 endpoints/)
  t.match(out, /GET \/b prevents the start \(krakend\.tmpl:\d+\)/, 'places are those of the template')
  t.match(out, /FC_ENABLE=1 FC_SETTINGS=settings floodgate run -c krakend\.tmpl --skip-unsupported\n/)
})

t.test('migrate: shows no secret', async (t) => {
  workIn(t, { 'krakend.json': { version: 3, extra_config: { 'auth/api-keys': { keys: ['hunter2'] } }, endpoints: [{ endpoint: '/a', backend: [{ ...backend, host: ['http://user:hunter2@a.example.com'], extra_config: { 'auth/gcp': { credentials_json: { key: 'hunter2' } } } }] }] } })
  for (const format of ['text', 'json', 'markdown']) {
    const { code, out, err } = await runCommand('migrate', '--format', format, '-c', 'krakend.json')
    t.equal(code, 1)
    t.notMatch(out + err, /hunter2/, format)
  }
})
