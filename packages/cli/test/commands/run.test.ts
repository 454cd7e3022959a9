import { startOrigin } from '@floodgate/testing'
import t, { type Test } from 'tap'
import { request } from 'undici'
import { startCommand, type Started } from '../support/start-command.ts'

const limit = { timeout: 300_000 }

/** Tells every module that a process loads, those of others too. */
const telling = `
  import fs from 'node:fs'
  import module from 'node:module'
  const tell = (file) => { fs.writeSync(2, 'module ' + file + '\\n') }
  const { '.js': load } = module._extensions
  module._extensions['.js'] = (loaded, file) => { tell(file); load(loaded, file) }
  module.register('data:text/javascript,' + encodeURIComponent("import fs from 'node:fs'\\nexport async function load (url, context, next) { fs.writeSync(2, 'module ' + url + '\\\\n'); return next(url, context) }"))
`

async function start (t: Test, { argv = [], nodeOptions = [], endpoint = {} }: { argv?: string[], nodeOptions?: string[], endpoint?: object }): Promise<{ command: Started, url: string }> {
  const origin = await startOrigin(t, (_, response) => { response.end('ok') })
  const dir = t.testdir({ 'krakend.json': JSON.stringify({ version: 3, listen_ip: '127.0.0.1', timeout: '30s', endpoints: [{ endpoint: '/a', output_encoding: 'no-op', backend: [{ host: [origin.url], url_pattern: '/' }], ...endpoint }] }) })
  const command = startCommand(t, ['run', '-p', '0', '-c', `${dir}/krakend.json`, ...argv], {}, nodeOptions)
  const [, url] = await command.said(/listening on (http:\/\/127\.0\.0\.1:\d+)/)
  return { command, url: `${url}/a` }
}

for (const argv of [[], ['--workers', '1']]) {
  t.test(`${['run', ...argv].join(' ')}: says where it listens and what it serves, and nothing else`, limit, async (t) => {
    const { command } = await start(t, { argv })
    await command.said(/distinct client.*\n/)
    t.match(command.output, /^floodgate: listening on http:\/\/127\.0\.0\.1:\d+(?:, 1 worker)?\nfloodgate: 1 endpoint, 1 backend, 1 distinct client.*\n$/)
  })
}

t.test('run: loads what is configured, and nothing else', limit, async (t) => {
  const nodeOptions = ['--import', `data:text/javascript,${encodeURIComponent(telling)}`]
  const modulesOf = async (endpoint: object) => [...(await start(t, { nodeOptions, endpoint })).command.output.matchAll(/^module .*\/(?:node_modules|packages)\/(.*)$/gm)].map(([, file]) => file!)
  const all = await modulesOf({})
  t.ok(all.includes('gateway/dist/shared/index.js') && all.includes('fastify/fastify.js'), 'they are told')
  t.same(all.filter((file) => /^(?:ajv|@fastify\/reply-from|jose|iovalkey|jsonc-parser|yaml)\b|^(?:auth|security|traffic)\/.*features?\.js$|^go\/dist\/(?:time|format)\//.test(file)), [])
  const limited = await modulesOf({ extra_config: { 'qos/ratelimit/router': { max_rate: 5 } } })
  t.same(limited.filter((file) => /^(?:auth|security|traffic)\/.*features?\.js$/.test(file)), ['traffic/dist/ratelimit/features.js'])
})

for (const argv of [[], ['--workers', '1']]) {
  t.test(`${['run', ...argv].join(' ')}: V8 optimizes what runs often as soon as the gateway serves`, limit, async (t) => {
    const { command, url } = await start(t, { argv, nodeOptions: ['--trace-opt'] })
    // So many that it would not yet under the budget of the start.
    await Promise.all(Array.from({ length: 8 }, async () => {
      for (let i = 0; i < 1000; i++) await (await request(url)).body.dump()
    }))
    t.ok(await command.said(/completed optimizing.*(?:serveEndpoint|pickHeaders|readResponseHeaders|onResponseStart|writeRaw)/))
  })
}

for (const argv of [[], ['-d'], ['-dd'], ['-d', '--workers', '1']]) {
  t.test(`${['run', ...argv].join(' ')}: ${argv.length > 0 ? 'serves' : 'does not serve'} /__debug/*, and logs ${argv[0] === '-dd' ? 'at level DEBUG' : 'as configured'}`, limit, async (t) => {
    const { command, url } = await start(t, { argv })
    const answer = await request(url.replace(/a$/, '__debug/x'), { headers: { 'x-a': 'v' } })
    t.equal(answer.statusCode, argv.length > 0 ? 200 : 404)
    t.equal(await answer.body.text(), argv.length > 0 ? '{"message":"pong"}' : '404 page not found')
    if (argv[0] === '-dd') await command.said(/DEBUG.*debug endpoint/)
    else {
      // Behind what a line of level DEBUG would say.
      command.kill('SIGTERM')
      await command.ended
      t.notMatch(command.output, /DEBUG/)
    }
  })
}
