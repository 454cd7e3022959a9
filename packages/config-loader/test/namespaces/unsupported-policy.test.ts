import { writeFileSync } from 'node:fs'
import path from 'node:path'
import Fastify from 'fastify'
import t from 'tap'
import configLoader, { formatProblems, loadConfig } from '@floodgate/config-loader'
import { registerRoutes } from '@floodgate/router'
import { problemsOf } from '../support/problems.ts'

const guarded = { endpoint: '/guarded', extra_config: { 'validation/json-schema': { type: 'object' } }, backend: [{ host: ['http://h'] }] }
const decided = { endpoint: '/decided', method: 'POST', backend: [{ host: ['http://h'], extra_config: { 'backend/graphql': { type: 'query' }, 'modifier/martian': {} } }] }
const plain = { endpoint: '/plain', backend: [{ host: ['http://h'] }] }
const config = { version: 3, endpoints: [guarded, decided, plain] }

t.test('allowUnsupported: by name, by pattern, in any case, by the environment and the configuration', async (t) => {
  const all = ['validation/json-schema', 'backend/graphql', 'modifier/martian']
  t.match(await problemsOf(config), all.map((name) => ({ severity: 'error', unsupported: { name, outcome: 'stops', by: null, skippable: true } })))
  for (const allowUnsupported of [all, ['*'], ['Validation/JSON-*', 'backend/*', 'modifier/*'], ['github.com/devopsfaith/krakend-jsonschema', 'backend/graphql', 'github.com/devopsfaith/krakend-martian']]) {
    t.match(await problemsOf(config, { allowUnsupported }), all.map((name) => ({ severity: 'warning', unsupported: { name, outcome: 'allowed', by: 'option' } })), allowUnsupported.join())
  }
  t.match(await problemsOf(config, { env: { FLOODGATE_ALLOW_UNSUPPORTED: all.join(', ') } }), all.map(() => ({ severity: 'warning', unsupported: { by: 'environment' } })))
  const named = await problemsOf({ ...config, extra_config: { floodgate: { allow_unsupported: ['validation/json-schema'] } } }, { allowUnsupported: ['backend/graphql'], features: [{ namespace: 'floodgate', schemas: { service: {} } }] })
  t.match(named, [{ severity: 'error', unsupported: { name: 'modifier/martian' } }, { severity: 'warning', unsupported: { by: 'configuration' } }, { severity: 'warning', unsupported: { by: 'option' } }])
  t.match(await problemsOf(config, { allowUnsupported: ['validation', 'json-schema', 'validation/json-schemas'] }), [{ severity: 'error' }, { severity: 'error' }, { severity: 'error' }], 'a part of a name is no name')
})

t.test('messages: end with the ways on, for users of the command and for programs', async (t) => {
  const [problem] = await problemsOf(config)
  t.match(formatProblems([problem!], { audience: 'command' }).split('\n').slice(-2), ['  to start without it: --allow-unsupported validation/json-schema', '  to answer 501 at such endpoints and serve the others: --skip-unsupported'])
  t.match(formatProblems([problem!]).split('\n').slice(-2), ['  to start without it: allowUnsupported: ["validation/json-schema"]', "  to answer 501 at such endpoints and serve the others: unsupported: 'skip'"])
  const [odd] = await problemsOf({ version: 3, extra_config: { "auth/o'dd name": {} } })
  t.equal(formatProblems([odd!], { audience: 'command' }).split('\n').at(-1), "  to start without it: --allow-unsupported 'auth/o'\\''dd name'", 'quoted for a shell, and nothing to skip at the service')
  const [allowed] = await problemsOf(config, { env: { FLOODGATE_ALLOW_UNSUPPORTED: '*' } })
  t.match(formatProblems([allowed!]), /allowed by FLOODGATE_ALLOW_UNSUPPORTED$/)
})

t.test('messages: the lines to write are in the format of the file', async (t) => {
  const dir = t.testdir()
  writeFileSync(path.join(dir, 'k.yaml'), 'version: 3\nendpoints:\n- endpoint: /x\n  validation/cel: [{ check_expr: "true" }]\n  backend: [{ host: "http://h" }]\n')
  const features = [{ namespace: 'validation/cel', schemas: { endpoint: {} } }]
  t.match(await problemsOf(path.join(dir, 'k.yaml'), { features }), [{ line: 4, instead: 'write it in extra_config of this endpoint:\n  extra_config:\n    validation/cel: [{ "check_expr": "true" }]' }])
})

t.test('skip: such endpoints answer 501, all others are served, what the service needs still stops', async (t) => {
  const { model, problems } = await loadConfig(config, { env: {}, unsupported: 'skip' })
  t.match(problems, [{ severity: 'warning', unsupported: { outcome: 'skipped' } }, { severity: 'warning' }, { severity: 'warning' }])
  t.strictSame(model.endpoints.map(({ unsupported }) => unsupported), [['validation/json-schema'], ['backend/graphql', 'modifier/martian'], undefined])
  const app = Fastify()
  t.teardown(() => app.close())
  const asked: string[] = []
  registerRoutes(app as never, model, ({ path }) => { asked.push(path); return { handler: async () => 'served' } })
  t.match(await app.inject('/guarded'), { statusCode: 501, body: '', headers: { 'x-krakend-completed': 'false' } })
  t.match(await app.inject({ method: 'POST', url: '/decided', body: { a: 1 } }), { statusCode: 501, body: '' })
  t.match(await app.inject('/plain'), { statusCode: 200, body: 'served' })
  t.strictSame(asked, ['/plain'], 'nothing is built for the others')
  t.match(await problemsOf({ ...config, extra_config: { grpc: {} } }, { unsupported: 'skip' }), [{ severity: 'error', unsupported: { name: 'grpc', skippable: false } }, {}, {}, {}])
  t.match(await problemsOf(config, { unsupported: 'skip', allowUnsupported: ['validation/*'] }), [{ unsupported: { outcome: 'allowed' } }, { unsupported: { outcome: 'skipped' } }, { unsupported: { outcome: 'skipped' } }])
})

t.test('skip: the plugin needs no engine for such endpoints', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(configLoader, { config: { version: 3, endpoints: [guarded] }, unsupported: 'skip', env: {} })
  await app.ready()
  await t.rejects(async () => { await Fastify().register(configLoader, { config: {}, unsupported: 'skp' } as never) }, { code: 'FG_ERR_CONFIG_OPTIONS', message: /"stop" or "skip"/ })
})

t.test('keys of a guard without effect: those that narrow access stop the start, others warn', async (t) => {
  const features = [{
    namespace: 'auth/acme',
    schemas: {
      endpoint: {
        type: 'object',
        properties: {
          only_from: { type: 'string', inert: 'addresses are not looked at', narrows: true },
          retries: { type: 'integer', inert: 'nothing is asked twice' },
          inner: { type: 'object', properties: { only_at: { type: 'string', narrows: true, inert: 'the time is not looked at' } } }
        }
      }
    }
  }] as const
  const configured = (settings: object): object => ({ version: 3, endpoints: [{ ...plain, extra_config: { 'auth/acme': settings } }] })
  const check = (settings: object, options: object = {}): Promise<unknown> => problemsOf(configured(settings), { features: features as never, ...options })
  t.match(await check({ only_from: '10.0.0.0/8', retries: 3 }), [
    { severity: 'error', place: ['endpoints', 0, 'extra_config', 'auth/acme', 'only_from'], message: /has no effect: addresses are not looked at/, unsupported: { name: 'auth/acme.only_from', outcome: 'stops', skippable: true } },
    { severity: 'warning', code: 'no-effect', message: /nothing is asked twice/ }
  ])
  t.match(await check({ inner: { only_at: 'night' } }), [{ severity: 'error', unsupported: { name: 'auth/acme.inner.only_at' } }])
  t.match(await check({ only_from: 'x', retries: 3 }, { allowUnsupported: ['auth/acme.*'] }), [{ severity: 'warning', unsupported: { name: 'auth/acme.only_from', outcome: 'allowed' } }])
  t.match(await check({ only_from: 'x' }, { unsupported: 'skip' }), [{ severity: 'warning', unsupported: { outcome: 'skipped' } }])
  t.strictSame(await check({ _only_from: 'x' }), [], 'a comment is none')
})
