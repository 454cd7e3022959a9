import { spawnSync } from 'node:child_process'
import path from 'node:path'
import t from 'tap'
import { ConfigError, type Problem } from '@floodgate/config-loader'
import { loadConfiguration } from '@floodgate/gateway/load'
import { createAuthority } from '@floodgate/testing'
import { backend, minimal, runCommand, workIn } from '../support/run-command.ts'
import { startCommand } from '../support/start-command.ts'

const faulty = { version: 3, prot: 8080, timeout: '2s', endpoints: [{ endpoint: '/a', timeout: 'soon', backend: [{ ...backend, url_pattern: '/{x}' }] }] }

t.test('check: says Syntax OK! of a good configuration, whatever its format', async (t) => {
  workIn(t, {
    'krakend.json': minimal,
    'krakend.yaml': 'version: 3\nendpoints:\n- { endpoint: /a, backend: [{ host: [http://a.example.com], url_pattern: / }] }\n',
    'krakend.toml': 'version = 3\n[[endpoints]]\nendpoint = "/a"\n[[endpoints.backend]]\nhost = ["http://a.example.com"]\nurl_pattern = "/"\n'
  })
  for (const file of ['krakend.json', 'krakend.yaml', 'krakend.toml']) {
    t.strictSame(await runCommand('check', '-t', '-l', '-c', file), { code: 0, out: 'Syntax OK!\n', err: '' }, file)
  }
})

t.test('check: tells every problem at once, with its line, and fails', async (t) => {
  workIn(t, { 'krakend.json': faulty, 'krakend.yaml': 'version: 3\nprot: 1\nendpoints:\n- endpoint: /a\n  timeout: soon\n  backend: [{ host: [http://a.example.com], url_pattern: "/{x}" }]\n', 'krakend.toml': 'version = 3\nprot = 1\n' })
  const { code, out, err } = await runCommand('check', '-c', 'krakend.json')
  t.equal(code, 1)
  t.equal(out, '')
  t.equal(err, `krakend.json:8:18 error endpoints[0].timeout: must be a duration such as "300ms", "2s" or "1h30m", not "soon"
  8 |       "timeout": "soon",
    |                  ^
krakend.json:14:26 error endpoints[0].backend[0].url_pattern: undefined output param "x": the endpoint GET /a has no params
  14 |           "url_pattern": "/{x}"
     |                          ^
krakend.json:3:3 warning prot: unknown key "prot"
  3 |   "prot": 8080,
    |   ^
  did you mean "port"?
2 errors, 1 warning
`)
  const yaml = await runCommand('check', '-c', 'krakend.yaml')
  t.match(yaml.err, /krakend\.yaml:5:12 error endpoints\[0\]\.timeout/)
  const toml = await runCommand('check', '-l', '-c', 'krakend.toml')
  t.match(toml, { code: 1, err: /krakend\.toml error prot: unknown key "prot"\n {2}did you mean "port"\?/ })
})

t.test('check: is strict with -l, -n and a schema of one\'s own', async (t) => {
  workIn(t, { 'krakend.json': { ...minimal, prot: 8080, port: '80' }, 'own.json': { type: 'object', required: ['name'] }, 'broken.json': '{' })
  t.equal((await runCommand('check', '-c', 'krakend.json')).code, 0)
  for (const flag of ['-l', '-n']) {
    const { code, err } = await runCommand('check', flag, '-c', 'krakend.json')
    t.equal(code, 1, flag)
    t.match(err, /error prot: unknown key[^]*error port: must be a whole number, not "80"/, flag)
  }
  const own = await runCommand('check', '-s', 'own.json', '-c', 'krakend.json')
  t.match(own, { code: 1, err: /error name: "name" is missing/ })
  t.match(await runCommand('check', '-s', 'broken.json', '-c', 'krakend.json'), { code: 2, err: /the schema broken\.json cannot be read/ })
})

t.test('check: leaves what is a matter of opinion a warning with -l', async (t) => {
  workIn(t, { 'krakend.json': { ...minimal, client_tls: { allow_insecure_connections: true } } })
  t.match(await runCommand('check', '-l', '-c', 'krakend.json'), { code: 0, out: 'Syntax OK!\n', err: /warning client_tls\.allow_insecure_connections[^]*1 warning/ })
})

t.test('check: prints problems as JSON and for GitHub', async (t) => {
  workIn(t, { 'krakend.json': faulty })
  for (const flag of [['--json'], ['--format', 'json']]) {
    const { code, out, err } = await runCommand('check', ...flag, '-c', 'krakend.json')
    t.equal(code, 1)
    t.equal(err, '')
    const problems = JSON.parse(out)
    t.equal(problems.length, 3)
    t.strictSame(problems[2], { file: 'krakend.json', line: 3, column: 3, path: 'prot', code: 'unknown-key', severity: 'warning', message: 'unknown key "prot"', suggestion: 'did you mean "port"?', value: null, related: [] })
  }
  const github = await runCommand('check', '--format', 'github', '-c', 'krakend.json')
  t.equal(github.out, `::error file=krakend.json,line=8,col=18,title=wrong-type::must be a duration such as "300ms", "2s" or "1h30m", not "soon"
::error file=krakend.json,line=14,col=26,title=undefined-param::undefined output param "x": the endpoint GET /a has no params
::warning file=krakend.json,line=3,col=3,title=unknown-key::unknown key "prot"%0Adid you mean "port"?
`)
})

t.test('check: tells both positions of endpoints that collide', async (t) => {
  workIn(t, { 'krakend.json': { version: 3, endpoints: [{ endpoint: '/a/{id}', backend: [backend] }, { endpoint: '/a/{id}', backend: [backend] }, { endpoint: '/a/{name}/b', backend: [backend] }] } })
  const { out } = await runCommand('check', '-t', '--json', '-c', 'krakend.json')
  t.match(JSON.parse(out), [
    { line: 16, path: 'endpoints[1].endpoint', code: 'duplicate-route', related: [{ line: 5, column: 19, path: 'endpoints[0].endpoint' }] },
    { line: 27, path: 'endpoints[2].endpoint', code: 'route-conflict', related: [{ line: 5, column: 19, path: 'endpoints[0].endpoint' }] }
  ])
})

t.test('check: builds everything, so that what only a start would refuse is found', async (t) => {
  const pair = (names: string[], key: 'ec' | 'rsa') => createAuthority('ca').issue({ cn: names[0]!, san: names, key })
  const [one, two] = [pair(['a.example.com'], 'ec'), pair(['b.example.com'], 'rsa')]
  workIn(t, {
    'krakend.json': { ...minimal, tls: { min_version: 'TLS12', keys: [{ public_key: 'a.pem', private_key: 'a.key' }, { public_key: 'b.pem', private_key: 'b.key' }] } },
    'a.pem': one.cert,
    'a.key': one.key,
    'b.pem': two.cert,
    'b.key': two.key
  })
  for (const argv of [[], ['-t'], ['--test-gin-routes']]) t.match(await runCommand('check', ...argv, '-c', 'krakend.json'), { code: 1, err: /krakend\.json:\d+:\d+ error tls: .*keys of different types/ })
})

t.test('check: tells what features doubt in their settings, as a start does once', { timeout: 60_000 }, async (t) => {
  workIn(t, {
    'krakend.json': {
      version: 3,
      listen_ip: '127.0.0.1',
      extra_config: { 'security/cors': { allow_origins: ['https://app.test/'] }, 'telemetry/logging': { level: 'CRITICAL', stdout: true, syslog_facility: 'mail' } },
      endpoints: [{
        endpoint: '/x',
        backend: [{ ...backend, extra_config: { 'validation/cel': [{ check_expr: 'resp_data.(' }] } }],
        extra_config: { 'qos/ratelimit/router': { client_max_rate: 1, strategy: 'header' } }
      }]
    }
  })
  const lines = [
    /krakend\.json:7:\d+ warning extra_config\["security\/cors"\]\.allow_origins\[0\]: no browser sends the origin "https:\/\/app\.test\/"/,
    /krakend\.json:13:\d+ warning extra_config\["telemetry\/logging"\]\.syslog_facility: "mail" is not a facility/,
    /krakend\.json:28:\d+ warning endpoints\[0\]\.backend\[0\]\.extra_config\["validation\/cel"\]\[0\]\.check_expr: refuses every request/,
    /krakend\.json:36:\d+ warning endpoints\[0\]\.extra_config\["qos\/ratelimit\/router"\]\.client_max_rate: answers every request with 429/
  ]
  const { code, err } = await runCommand('check', '-c', 'krakend.json')
  t.equal(code, 0)
  for (const line of lines) t.match(err, line)
  t.match(err, /\n4 warnings\n$/)
  const command = startCommand(t, ['run', '-p', '0', '-c', 'krakend.json', '--workers', '2'])
  await command.said(/listening on/)
  command.kill('SIGTERM')
  await command.ended
  for (const line of lines) t.equal(command.output.match(new RegExp(line.source, 'g'))?.length, 1, `once, whatever the level: ${line.source}`)
})

t.test('check: tells which key of telemetry/logging is wrong', async (t) => {
  workIn(t, { 'krakend.json': { ...minimal, extra_config: { 'telemetry/logging': { level: 'INFO', access_log_format: 'custom', access_log_custom_format: '%{Path}' } } } })
  t.match(await runCommand('check', '-c', 'krakend.json'), { code: 1, err: /krakend\.json:\d+:\d+ error extra_config\["telemetry\/logging"\]\.access_log_custom_format: .*%\{Path\}/ })
})

t.test('check: names ten faults of ten kinds, in model, files, features and placement, at once', async (t) => {
  const policies = { 'security/policies': { req: { policies: ['1 +'] } } }
  workIn(t, {
    'krakend.json': {
      version: 3,
      port: 70000,
      client_tls: { ca_certs: ['gone.pem'] },
      extra_config: { 'security/bot-detector': { patterns: ['('] } },
      'auth/basic': { htpasswd_path: 'users' },
      endpoints: [
        { endpoint: '/a', timeout: 'soon', backend: [{ ...backend, url_pattern: '/{x}' }], extra_config: { 'auth/validator': { alg: 'RS256', jwk_local_path: 'gone.json' }, ...policies } },
        { endpoint: '/a', backend: [backend], extra_config: { 'qos/ratelimit/router/redis': { max_rate: 1, connection_name: 'nobody' } } },
        { endpoint: '/b', backend: [{ ...backend, host: ['ftp://a.example.com'] }], extra_config: { auth_validator: {} } }
      ]
    }
  })
  const { code, err } = await runCommand('check', '-c', 'krakend.json')
  t.equal(code, 1)
  for (const place of ['port', 'client_tls.ca_certs[0]', 'extra_config["security/bot-detector"].patterns[0]', '["auth/basic"]', 'endpoints[0].timeout', 'endpoints[0].backend[0].url_pattern', 'endpoints[0].extra_config["auth/validator"].jwk_local_path', 'endpoints[0].extra_config["security/policies"].req.policies[0]', 'endpoints[1].endpoint', 'endpoints[1].extra_config["qos/ratelimit/router/redis"].connection_name', 'endpoints[2].backend[0].host[0]', 'endpoints[2].extra_config.auth_validator']) {
    t.equal(err.split('\n').filter((line) => line.includes(` error ${place}: `) && /^krakend\.json:\d+:\d+ /.test(line)).length, 1, place)
  }
  t.match(err, /\n12 errors\n$/)
  const run = await runCommand('run', '-c', 'krakend.json')
  t.strictSame(run, { code: 1, out: '', err: err.replace('12 errors\n', '') }, 'run says the same')
})

t.test('check: takes the options of KrakenD\'s', async (t) => {
  workIn(t, { 'krakend.json': { ...minimal, name: 'shop' } })
  for (const argv of [['-t'], ['--test-gin-routes'], ['-l'], ['--lint'], ['-n'], ['--lint-no-network'], ['-tln'], ['--config', 'krakend.json']]) {
    t.strictSame(await runCommand('check', ...argv, ...argv.includes('--config') ? [] : ['-c', 'krakend.json']), { code: 0, out: 'Syntax OK!\n', err: '' }, argv.join(' '))
  }
  t.equal((await runCommand('check', '-d', '-c', 'krakend.json')).out, 'Service shop, port 8080, 1 endpoints\n\t- GET /a, timeout 2s, output encoding json\nSyntax OK!\n')
  t.equal((await runCommand('check', '-dd', '-i', '..', '-c', 'krakend.json')).out, 'Service shop, port 8080, 1 endpoints\n..- GET /a, timeout 2s, output encoding json\n....- GET http://a.example.com /, encoding json\nSyntax OK!\n')
  t.match(await runCommand('check', '-ddd', '--indent', ' ', '-tlc', 'krakend.json'), { code: 0, out: /Syntax OK!/ })
})

t.test('check: tells what cannot be read or parsed', async (t) => {
  workIn(t, { 'broken.json': '{\n  "version": 3,\n}\n' })
  t.match(await runCommand('check', '-l', '-c', 'gone.json'), { code: 1, err: /gone\.json error the file cannot be read: there is no such file/ })
  t.match(await runCommand('check', '-c', 'broken.json'), { code: 1, err: /broken\.json:3:1 error .*in line 3, column 1/ })
})

t.test('check: tells the same text as a start, and as the error of an embedded gateway, with the problems as data', async (t) => {
  workIn(t, { 'krakend.json': faulty })
  const { err } = await runCommand('check', '-c', 'krakend.json')
  const run = await runCommand('run', '-c', 'krakend.json')
  t.strictSame({ ...run, err: `${run.err}2 errors, 1 warning\n` }, { code: 1, out: '', err })
  try {
    await loadConfiguration('krakend.json', { env: {} })
    t.fail('should be refused')
  } catch (error) {
    t.ok(error instanceof ConfigError)
    t.equal(`${(error as ConfigError).message}\n2 errors, 1 warning\n`, err)
    t.strictSame((error as ConfigError).problems.map(({ code }: Problem) => code), ['wrong-type', 'undefined-param', 'unknown-key'])
  }
})

t.test('check: shows no secret, not even on the line in question', async (t) => {
  workIn(t, { 'krakend.json': JSON.stringify({ ...minimal, endpoints: [{ endpoint: '/a', backend: [{ ...backend, extra_config: { 'backend/http/client': { proxy_address: 'ftp://user:hunter2@proxy.example.com:1', no_redirect: 1 } } }] }] }) })
  for (const format of ['text', 'json', 'github']) {
    const { code, out, err } = await runCommand('check', '-l', '--format', format, '-c', 'krakend.json')
    t.equal(code, 1)
    t.match(out + err, /the scheme .*ftp.* is not supported/, format)
    t.notMatch(out + err, /hunter2/, format)
  }
})

t.test('check: finds the modules that it needs behind links, although its output is a pipe', async (t) => {
  const dir = workIn(t, { 'krakend.json': { version: 3, endpoints: [{ endpoint: '/a', method: 'POST', backend: [backend], extra_config: { 'validation/json-schema': { type: 'objekt' } } }] } })
  const { status, stderr } = spawnSync(process.execPath, [path.resolve(import.meta.dirname, '../../dist/bin.js'), 'check', '-c', 'krakend.json'], { cwd: dir, encoding: 'utf8', env: { PATH: process.env['PATH'] } })
  t.match({ status, stderr }, { status: 1, stderr: /error endpoints\[0\]\.extra_config\["validation\/json-schema"\]\S* is not a schema/ })
})

t.test('check: takes two thousand endpoints', async (t) => {
  const endpoints = Array.from({ length: 2000 }, (_, i) => ({
    endpoint: `/v1/things/${i}/{id}`,
    timeout: '3s',
    backend: [{ host: ['https://a.example.com'], url_pattern: `/${i}/{id}`, extra_config: { 'backend/http/client': { no_redirect: i % 2 === 0, client_tls: { min_version: 'TLS12' } } } }]
  }))
  workIn(t, { 'krakend.json': { version: 3, endpoints: [...endpoints, { endpoint: '/last', timeout: 3, backend: [backend] }] } })
  const { code, out } = await runCommand('check', '--json', '-c', 'krakend.json')
  t.equal(code, 0)
  t.match(JSON.parse(out).filter((problem: { code: string }) => problem.code === 'bare-duration'), [{ path: 'endpoints[2000].timeout', line: 40006 }])
})
