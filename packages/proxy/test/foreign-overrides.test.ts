import { once } from 'node:events'
import http from 'node:http'
import Fastify, { type FastifyReply } from 'fastify'
import t, { type Test } from 'tap'
import { configLoader } from '@floodgate/config-loader'
import proxy, { type ProxyOptions } from '@floodgate/proxy'
import { freePort, startOrigin } from '@floodgate/testing'

type Overrides = NonNullable<ProxyOptions['overrides']>

const hang = () => new Promise<never>(() => {})
const thrower = new Proxy({}, { get () { throw new Error('a trap') }, ownKeys () { throw new Error('a trap') } })

async function get (url: string): Promise<{ status: number, body: string }> {
  const [response] = await once(http.get(url, { agent: false }), 'response') as [http.IncomingMessage]
  let body = ''
  for await (const chunk of response.setEncoding('utf8')) body += chunk
  return { status: response.statusCode!, body }
}

/** A gateway with one endpoint whose backend is there, one whose backend is not, and one to see that all goes on. */
async function start (t: Test, override: object, hangs = false) {
  const origin = await startOrigin(t, (_, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end('{"a":1}') })
  const log: { msg: string, level: number }[] = []
  const app = Fastify({ forceCloseConnections: true, logger: { level: 'warn', stream: { write (line: string) { log.push(JSON.parse(line)) } } } })
  const endpoint = (path: string, host: string) => ({ endpoint: path, timeout: hangs ? '400ms' : '60s', output_encoding: 'no-op', backend: [{ host: [host], url_pattern: '/', encoding: 'no-op' }] })
  t.teardown(() => app.close())
  await app.register(configLoader, { config: { version: 3, endpoints: [endpoint('/raw', origin.url), endpoint('/down', `http://127.0.0.1:${await freePort()}`), endpoint('/fine', origin.url)] } as never, env: {} })
  await app.register(proxy, { overrides: { 'GET /raw': override, 'GET /down': override } as Overrides })
  return { app, log, url: await app.listen({ port: 0, host: '127.0.0.1' }) }
}

/** What no override may give, whatever it is for. */
const nonsense: Record<string, () => unknown> = {
  42: () => 42,
  'a symbol': () => Symbol('s'),
  'a function': () => () => {},
  'an error thrown': () => { throw new Error('thrown') },
  'an object that throws, thrown': () => { throw thrower },
  'a promise of what would be right': async () => 'http://127.0.0.1:1000',
  'a promise without end': hang,
  'an object whose members throw': () => thrower
}

const fields: Record<string, () => unknown> = {
  undefined: () => undefined,
  'a text': () => 'x-a: b',
  'a value with a line feed': () => ({ 'x-a': 'a\r\nx-b: c' }),
  'a value in a list with a line feed': () => ({ 'x-a': ['b', 'a\nb'] }),
  'a name with a blank': () => ({ 'x a': 'b' }),
  'a name with a line feed': () => ({ 'x-a\r\nx-b': 'b' }),
  'a value that is a symbol': () => ({ 'x-a': Symbol('s') }),
  'a getter that throws': () => ({ get 'x-a' () { throw new Error('getter') } }),
  'a value whose toString throws': () => ({ 'x-a': { toString () { throw new Error('toString') } } })
}

const tried: Record<string, Record<string, () => unknown>> = {
  rewriteHeaders: { ...nonsense, ...fields },
  rewriteRequestHeaders: { ...nonsense, ...fields },
  queryString: { ...nonsense, 'an object': () => ({ a: 1 }), 'a line feed': () => 'a=b\r\nx: y', 'a blank': () => 'a b' },
  getUpstream: { ...nonsense, undefined: () => undefined, 'a line feed': () => 'http://127.0.0.1:1000\r\n', 'an object': () => ({}), 'another scheme': () => 'gopher://a' },
  onResponse: { ...nonsense, undefined: () => undefined }
}

for (const [name, makes] of Object.entries(tried)) {
  t.test(`overrides: ${name} that throws, gives nonsense or never ends is a 500 in time, and one line that names it`, async (t) => {
    for (const [what, make] of Object.entries(makes)) {
      const { url, log } = await start(t, { [name]: make }, /without end/.test(what) || (name === 'onResponse' && what === 'undefined'))
      t.match(await get(`${url}/raw`), { status: 500 }, what)
      t.equal(log.length, 1, `${what}: ${JSON.stringify(log)}`)
      t.match(log[0], { msg: `the override ${name} of GET /raw ` }, what)
      t.match(await get(`${url}/fine`), { status: 200 }, what)
    }
  })
}

t.test('overrides: onError that throws, or answers nothing, is a 500 in time, and its line names it', async (t) => {
  const makes: Record<string, (reply: FastifyReply) => unknown> = {
    ...nonsense,
    undefined: () => undefined,
    'a header with a line feed': (reply) => { reply.header('x-a', 'a\nb').send('x') },
    'a status of 42': (reply) => { reply.code(42).send('x') }
  }
  for (const [what, make] of Object.entries(makes)) {
    const { url, log } = await start(t, { onError: make }, /without end/.test(what))
    t.match(await get(`${url}/down`), { status: 500 }, what)
    t.equal(log.filter(({ msg }) => msg.includes('the override onError of GET /down ')).length, 1, `${what}: ${JSON.stringify(log)}`)
    t.match(await get(`${url}/fine`), { status: 200 }, what)
  }
})

t.test('overrides: values in the place of functions, and functions that an endpoint does not take, stop the start', async (t) => {
  const wrong: object[] = [
    { retryDelay: 1 }, { retriesCount: '5' }, { maxRetriesOn503: -3 }, { timeout: 1 }, { rewriteResponse: () => ({}) }, { rewriteHeader: () => ({}) }, { schema: { body: {} } }, { schema: { tags: 'x' } }, { onResponse: 42 }, { getUpstream: 'http://a' }, { rewriteHeaders: {} },
    { rewriteRequestHeaders: null }, { onError: 'x' }, { queryString: 5 }, { method: 5 }, { method: 'G T' }, { contentType: 'a\nb' }, { onRequest: 1 }, { preHandler: [1] }
  ]
  for (const override of wrong) {
    const [name] = Object.keys(override)
    await t.rejects(start(t, override), { message: new RegExp(`${name}`) }, JSON.stringify(override))
  }
})
