import t from 'tap'
import { ConfigError, formatPlace, formatProblems, loadConfig, problemAt, type FeatureSchema, type LoadOptions, type Problem } from '@floodgate/config-loader'
import { routerSettings } from '@floodgate/router'

const limit: FeatureSchema = {
  namespace: 'qos/ratelimit/router',
  schemas: {
    endpoint: {
      type: 'object',
      required: ['max_rate'],
      properties: {
        max_rate: { type: 'number', minimum: 0 },
        capacity: { type: 'integer', default: 1 },
        every: { type: 'string', format: 'go-duration', default: '1s' },
        strategy: { anyOf: [{ const: 'ip' }, { const: 'header' }] },
        kind: { enum: ['token', 'leaky'] },
        names: { type: 'array', minItems: 1, items: { type: 'string', minLength: 1 } },
        nested: { type: 'object', properties: { flag: { type: 'boolean' } } },
        data: { type: 'object', additionalProperties: { type: 'integer' } },
        record: { type: 'object', patternProperties: { '^.*$': { type: 'string' } } },
        free: {},
        open: { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: true },
        either: { anyOf: [{ type: 'string' }, { type: 'object', properties: { x: { type: 'integer' } }, additionalProperties: false }] },
        many: { type: ['string', 'boolean'] },
        password: { type: 'integer' }
      }
    }
  }
}

const features = [limit]

const withSettings = (settings: unknown, namespace = limit.namespace) => ({
  version: 3,
  endpoints: [{ endpoint: '/x', extra_config: { [namespace]: settings }, backend: [{ host: ['http://h'] }] }]
})

async function problemsOf (config: object, options: LoadOptions = {}): Promise<readonly Problem[]> {
  try {
    return (await loadConfig(config, { env: {}, features, ...options })).problems
  } catch (err) {
    if (err instanceof ConfigError) return err.problems
    throw err
  }
}

async function settingsOf (settings: unknown): Promise<unknown> {
  const { model, problems } = await loadConfig(withSettings(settings), { env: {}, features })
  t.same(problems.filter(({ code }) => code !== 'krakend-ignores'), [])
  return model.endpoints[0]!.extra[limit.namespace]
}

const at = 'endpoints[0].extra_config["qos/ratelimit/router"]'
const brief = (problems: readonly Problem[]) => problems.map(({ severity, code, place }) => `${severity} ${code} ${formatPlace(place).replace(at, '')}`)

t.test('loadConfig: settings of a feature are converted, checked and filled in', async (t) => {
  t.same(await settingsOf({ max_rate: '2.5', capacity: '3', every: '1m', names: 'a', nested: { FLAG: 'true' } }), { max_rate: 2.5, capacity: 3, every: '1m', names: ['a'], nested: { flag: true } })
  t.same(await settingsOf({ max_rate: 1 }), { max_rate: 1, capacity: 1, every: '1s' })
})

t.test('loadConfig: comments go where keys are structure, stay where they are data', async (t) => {
  t.same(await settingsOf({ max_rate: 1, '@c': 1, nested: { _c: 1 }, data: { _x: '5' }, record: { '@y': 6 }, free: { '#z': null }, open: { A: 1, '@w': 1, b: 2 } }), {
    max_rate: 1, capacity: 1, every: '1s', nested: {}, data: { _x: 5 }, record: { '@y': '6' }, free: { '#z': null }, open: { a: '1', b: 2 }
  })
})

t.test('loadConfig: alternatives take what fits their kind', async (t) => {
  t.match(await settingsOf({ max_rate: 1, either: 'x', many: true }), { either: 'x', many: true })
  t.match(await settingsOf({ max_rate: 1, either: { X: '1', '@c': 1 } }), { either: { x: 1 } })
})

t.test('loadConfig: names every setting that does not fit', async (t) => {
  const table: [unknown, string[], RegExp?][] = [
    [{}, ['error missing-key .max_rate'], /"max_rate" is missing/],
    [{ max_rate: -1 }, ['error out-of-range .max_rate'], /at least 0, not -1/],
    [{ max_rate: 'x' }, ['error wrong-type .max_rate'], /a number, not "x"/],
    [{ max_rate: 1, strategy: 'ipp' }, ['error invalid-value .strategy'], /"ip" or "header", not "ipp"/],
    [{ max_rate: 1, kind: 'tokens' }, ['error invalid-value .kind'], /"token" or "leaky"/],
    [{ max_rate: 1, every: 'often' }, ['error wrong-type .every'], /duration/],
    [{ max_rate: 1, names: [] }, ['error too-few .names'], /at least 1 item/],
    [{ max_rate: 1, names: [''] }, ['error too-short .names[0]'], /not be empty/],
    [{ max_rate: 1, nested: [] }, ['error wrong-type .nested']],
    [{ max_rate: 1, nested: { flag: 'x', falg: 1 } }, ['error wrong-type .nested.flag', 'error unknown-key .nested.falg']],
    [{ max_rate: 1, data: { a: 'x' } }, ['error wrong-type .data.a']],
    [{ max_rate: 1, either: 5 }, ['error invalid-value .either'], /text or an object/],
    [{ max_rate: 1, many: 5 }, ['error wrong-type .many'], /text or a boolean \(true or false\)/],
    ['x', ['error wrong-type '], /an object, not "x"/],
    [{ max_rat: 1, max_rate: 1 }, ['error unknown-key .max_rat']]
  ]
  for (const [settings, expected, message = /./] of table) {
    const problems = await problemsOf(withSettings(settings))
    t.same(brief(problems), expected, JSON.stringify(settings))
    t.match(problems[0]!.message, message)
  }
  t.equal((await problemsOf(withSettings({ max_rate: 1, strategy: 'heder' })))[0]!.instead, 'did you mean "header"?')
})

t.test('loadConfig: secrets are not shown', async (t) => {
  const [problem] = await problemsOf(withSettings({ max_rate: 1, password: 'hunter2' }))
  t.match(problem, { value: '***', message: /not "\*\*\*"/ })
  t.notMatch(JSON.stringify(problem), /hunter2/)
})

t.test('loadConfig: tells what KrakenD ignores in extra_config and this gateway honours', async (t) => {
  const told = async (settings: unknown, namespace: string = limit.namespace) => (await problemsOf({ version: 3, endpoints: [{ endpoint: '/a', backend: [{ host: ['http://a'], url_pattern: '/' }], extra_config: { [namespace]: settings } }] }, { features }))
    .filter(({ code }) => code === 'krakend-ignores').map(({ severity, place, message, instead }) => `${severity} ${place.slice(4).join('.')}: ${message}; ${instead}`)
  t.same(await told({ max_rate: 5 }), [])
  t.match(await told({ max_rate: '5' }), [/^warning max_rate: KrakenD ignores this: it requires a number here.*write a number/])
  t.match(await told({ Max_Rate: 5 }), [/^warning Max_Rate: KrakenD ignores this, because keys .*write it as "max_rate"/])
  t.match(await told({ max_rate: 5 }, 'QOS/ratelimit/router'), [/^warning : KrakenD ignores this, because names of namespaces .*write it as "qos\/ratelimit\/router"/])
})

t.test('loadConfig: old names of namespaces are resolved first', async (t) => {
  const { model, problems } = await loadConfig({ version: 3, extra_config: { 'github_com/luraproject/lura/router/gin': { return_error_msg: 1 } } }, { env: {} })
  t.match(problems, [{ code: 'krakend-ignores', message: /requires a boolean \(true or false\) here/ }])
  t.match(model.extra['router'], { return_error_msg: true })
  const both = await loadConfig({ version: 3, extra_config: { 'github_com/luraproject/lura/router/gin': { return_error_msg: true }, router: { return_error_msg: false } } }, { env: {} })
  t.match(both.model.extra['router'], { return_error_msg: true }, 'the old name wins, as on the reference')
  t.same(brief(both.problems), ['warning duplicate-key extra_config.router'])
  t.same(brief(await problemsOf({ version: 3, extra_config: { 'github.com/devopsfaith/krakend-jose/validator': {} } })), ['error unsupported-namespace extra_config["auth/validator"]'])
})

t.test('loadConfig: plugins that are not there stop the start, but for those that are known to be harmless', async (t) => {
  const features = [{ namespace: 'plugin/http-server', plugins: ['ip-filter'], schemas: { service: {} } }]
  const check = async (settings: object, options: LoadOptions = {}) => (await problemsOf({ version: 3, extra_config: { 'plugin/http-server': settings } }, { features, ...options }))
    .filter(({ code }) => code === 'unsupported-plugin')
  t.same(await check({ name: ['ip-filter'] }), [])
  t.same(await check({ 'basic-auth': {} }), [], 'nothing switches it on')
  for (const name of ['url-rewrite', 'static-filesystem', 'wildcard']) t.match(await check({ name: [name] }), [{ severity: 'warning', message: /has no effect$/ }], name)
  for (const name of ['basic-auth', 'jwk-aggregator', 'geoip', 'redis-ratelimit', 'content-replacer', 'response-schema-validator', 'our-JWT_check', 'my-headers', 'IP-Filter', 'acme']) {
    const [problem, ...others] = await check({ name: ['ip-filter', 'url-rewrite', name] }).then((problems) => problems.filter(({ severity }) => severity === 'error'))
    t.match(problem, { place: ['extra_config', 'plugin/http-server', 'name', 2], value: name, message: /every endpoint would be served without this protection if it checks anything/, unsupported: { name, outcome: 'stops', skippable: false } }, name)
    t.same(others, [])
  }
  t.match((await check({ name: 'basic-auth' }))[0], { place: ['extra_config', 'plugin/http-server', 'name'], instead: 'use "auth/basic"' })
  for (const allowed of ['basic-auth', 'plugin/http-server', 'plugin/*', 'BASIC-*']) t.match(await check({ name: ['basic-auth'] }, { allowUnsupported: [allowed] }), [{ severity: 'warning', unsupported: { outcome: 'allowed', by: 'option' } }])
  t.match(await check({ name: ['basic-auth'] }, { allowUnsupported: ['jwk-aggregator'] }), [{ severity: 'error' }])
  t.match(await check({ name: ['basic-auth'] }, { features: [] }), [{ severity: 'error' }], 'also where nobody implements the namespace')
  t.same(await check({ name: ['basic-auth'] }, { features: [{ namespace: 'plugin/http-server', schemas: { service: {} } }] }), [], 'a feature of your own that names no plugins serves them all')
  t.match(await problemsOf(withSettings({ name: ['jwt-enricher'] }, 'plugin/req-resp-modifier')), [{ severity: 'error', code: 'unsupported-plugin', unsupported: { skippable: true } }])
  t.match(await problemsOf(withSettings({ name: ['oauth-client'] }, 'plugin/http-client')), [{ severity: 'error', code: 'unsupported-namespace', instead: /backend\/http\/client/ }])
})

t.test('loadConfig: what is not implemented is checked by its class', async (t) => {
  const guard = [{ namespace: 'auth/validator', schemas: { service: {} } }]
  const table: [string, LoadOptions, string[], RegExp][] = [
    ['modifier/jmespath', {}, ['error unsupported-namespace'], /not implemented by this gateway: it has no effect, and the endpoint would send what this should have replaced/],
    ['websocket', {}, ['error unsupported-namespace'], /the endpoint would be served differently than configured/],
    ['made/up', {}, ['warning unknown-namespace'], /unknown namespace "made\/up"/],
    ['auth/basic', {}, ['error unsupported-namespace'], /the endpoint would be served without this protection/],
    ['security/made-up', {}, ['error unknown-namespace'], /unknown namespace.*without this protection/],
    ['AUTH/Basic', {}, ['error unsupported-namespace'], /without this protection/],
    ['auth/basic', { allowUnsupported: ['auth/basic'] }, ['warning unsupported-namespace'], /without this protection/],
    ['auth/basic', { allowUnsupported: ['auth/api-keys'] }, ['error unsupported-namespace'], /without this protection/],
    ['qos/http-cache', {}, ['warning unsupported-namespace'], /not implemented by this gateway: it has no effect$/],
    ['telemetry/influx', {}, ['warning unsupported-addition'], /no response depends on it: telemetry\/influx; telemetry\/opentelemetry reports metrics/],
    ['documentation/openapi', {}, ['warning unsupported-addition'], /no response depends on it: documentation\/openapi$/],
    ['router', {}, ['warning misplaced-namespace'], /no effect in the endpoint: it belongs to the extra_config of the service/],
    ['proxy', { features: [{ namespace: 'proxy', schemas: { backend: {} } }] }, ['warning misplaced-namespace'], /of a backend/],
    ['auth/validator', { features: guard }, ['error misplaced-namespace'], /no effect in the endpoint: it belongs to the extra_config of the service, and the endpoint would be served without this protection/],
    ['auth/validator', { features: guard, allowUnsupported: ['auth/validator'] }, ['warning misplaced-namespace'], /of the service/]
  ]
  for (const [namespace, options, expected, message] of table) {
    const problems = await problemsOf(withSettings({}, namespace), options)
    t.same(problems.map(({ severity, code }) => `${severity} ${code}`), expected, namespace)
    t.match(problems[0]!.message, message)
  }
})

t.test('loadConfig: null is as good as absent, but for what guards', async (t) => {
  const settings = (name: string) => ({ version: 3, extra_config: { [name]: null } })
  for (const name of ['auth/validator', 'security/made-up', 'github.com/devopsfaith/krakend-jose/validator']) t.match(await problemsOf(settings(name)), [{ severity: 'error', code: 'wrong-type', message: /not null.*without this protection/, instead: 'write its settings, or remove it' }], name)
  for (const name of ['router', 'made/up', 'modifier/jmespath']) t.same(await problemsOf(settings(name)), [], name)
  t.same(await problemsOf(settings('auth/validator'), { allowUnsupported: ['auth/validator'] }), [])
})

t.test('loadConfig: what is unknown stays as configured, what is misplaced does not', async (t) => {
  const { model } = await loadConfig({ version: 3, extra_config: { 'made/up': { '@c': [1] }, 'modifier/lua-proxy': 5, 'backend/http/client': {} }, endpoints: [] }, { env: {}, allowUnsupported: ['modifier/lua-*', 'backend/http/client'] })
  t.same(model.extra, { 'made/up': { '@c': [1] }, 'modifier/lua-proxy': 5 })
})

t.test('routerSettings: defaults are the reference\'s', async (t) => {
  const { model } = await loadConfig({ version: 3, extra_config: { router: { error_body: { 404: { a: 1 }, 405: 'x' }, logger_skip_paths: '/x', trusted_proxies: ['10.0.0.1', '10.0.0.0/8', '::/0'] } } }, { env: {} })
  t.match(routerSettings(model), {
    health_path: '/__health',
    forwarded_by_client_ip: true,
    remote_ip_headers: ['X-Forwarded-For', 'X-Real-IP'],
    trusted_proxies: ['10.0.0.1', '10.0.0.0/8', '::/0'],
    error_body: { 404: { a: 1 }, 405: 'x' },
    logger_skip_paths: ['/x'],
    return_error_msg: false,
    max_payload: 0
  })
  t.match(routerSettings({ extra: {} }), { health_path: '/__health', trusted_proxies: ['0.0.0.0/0', '::/0'] })
  for (const range of ['10.0.0.0/33', '::/129', 'proxy', '10.0.0.1/8/8', '10.0.0.0/x']) {
    t.same(brief(await problemsOf({ version: 3, extra_config: { router: { trusted_proxies: [range] } } })), ['error invalid-value extra_config.router.trusted_proxies[0]'], range)
  }
})

t.test('problemAt: shows a problem of a feature where it was configured', async (t) => {
  const loaded = await loadConfig(withSettings({ max_rate: 1 }), { env: { KRAKEND_TIMEOUT: '1s' }, features })
  t.match(problemAt(loaded, ['timeout'], 'too short'), { severity: 'error', file: 'KRAKEND_TIMEOUT', message: 'too short' })
  t.match(problemAt(loaded, loaded.model.endpoints[0]!.place, 'no'), { file: 'configuration', line: null, place: ['endpoints', 0] })
})

t.test('formatProblems: writes a block per problem', async (t) => {
  const problem: Problem = {
    severity: 'error',
    code: 'x',
    file: 'krakend.json',
    line: 3,
    column: 5,
    place: ['endpoints', 0, 'endpoint'],
    value: null,
    message: 'is wrong',
    instead: 'do this',
    excerpt: '3 | "a"\n  |  ^',
    related: [{ place: ['endpoints', 1], file: 'krakend.json', line: 9, column: 2 }]
  }
  t.equal(formatProblems([problem]), [
    'krakend.json:3:5 error endpoints[0].endpoint: is wrong',
    '  3 | "a"',
    '    |  ^',
    '  the other is endpoints[1] at krakend.json:9:2',
    '  do this'
  ].join('\n'))
  t.equal(formatProblems([{ ...problem, line: null, column: null, place: [], excerpt: null, instead: null, related: [] }]), 'krakend.json error is wrong')
  // eslint-disable-next-line no-control-regex
  t.equal(formatProblems([problem], { color: true }).replace(/\u001b\[\d+m/g, ''), formatProblems([problem]))
  t.equal(formatProblems([]), '')
})

t.test('formatProblems: shortens warnings that repeat', async (t) => {
  const endpoints = Array.from({ length: 7 }, (_, i) => ({ endpoint: `/${i}`, extra_config: { 'qos/http-cache': {} }, backend: [{ host: ['http://h'] }] }))
  const text = formatProblems(await problemsOf({ version: 3, endpoints }))
  t.equal(text.match(/^configuration warning/gm)!.length, 3)
  t.match(text, /warning the same at 4 more places, the last at configuration: "qos\/http-cache"/)
})

t.test('ConfigError: its message is the text of all problems', async (t) => {
  const err = await loadConfig({ version: 3, timeout: 'soon', nmae: 'x' }, { env: {} }).catch((err: unknown) => err) as ConfigError
  t.ok(err instanceof ConfigError)
  t.equal(err.code, 'FG_ERR_CONFIG_INVALID')
  t.equal(err.message, formatProblems(err.problems))
  t.match(err.message, /^configuration error timeout: must be a duration/)
  t.match(err.message, /unknown key "nmae"/)
})
