import type { IncomingMessage, ServerResponse } from 'node:http'
import t from 'tap'
import { Agent } from 'undici'
import { Fault } from '@floodgate/core'
import { createTokenRequest, type AccessToken } from '../../src/client-credentials/request-token.ts'
import { createAuthority, readAll, startForwardProxy, startOrigin, writeFiles, type Teardown } from '@floodgate/testing'
import { startGateway } from '../support/gateway.ts'

interface Asked { authorization: string | undefined, type: string | undefined, body: string }

/** A token server that takes note of what it is asked. */
async function startTokenServer (t: Teardown, answer: (asked: Asked, response: ServerResponse, count: number) => void, tls?: Parameters<typeof startOrigin>[2]): Promise<{ url: string, asked: Asked[] }> {
  const asked: Asked[] = []
  const { url } = await startOrigin(t, async (request: IncomingMessage, response) => {
    const { authorization, 'content-type': type } = request.headers
    asked.push({ authorization, type, body: String(await readAll(request)) })
    answer(asked.at(-1)!, response, asked.length)
  }, tls)
  return { url: `${url}/token`, asked }
}

function json (response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json;charset=utf-8' }).end(JSON.stringify(body))
}

function createRequest (t: Teardown, settings: { token_url: string, client_id?: string, client_secret?: string, scopes?: string, endpoint_params?: Record<string, string[]> }) {
  const agent = new Agent()
  t.teardown(() => agent.destroy())
  return createTokenRequest({ client_id: 'id', client_secret: 's:e c+ret/ü', ...settings }, agent)
}

const secret = 's%3Ae+c%2Bret%2F%C3%BC'

t.test('createTokenRequest: asks as RFC 6749 says, and reads what servers answer', async (t) => {
  const answers: [unknown, AccessToken][] = [
    [{ access_token: 'a', token_type: 'bearer', expires_in: 60 }, { authorization: 'Bearer a', lifetime: 60_000 }],
    [{ access_token: 'a', token_type: 'mac', expires_in: '60' }, { authorization: 'MAC a', lifetime: 60_000 }],
    [{ access_token: 'a', token_type: 'Own' }, { authorization: 'Own a', lifetime: Infinity }],
    [{ access_token: 'a', token_type: 'x y', expires_in: null }, { authorization: 'Bearer a', lifetime: Infinity }],
    [{ access_token: 'a', expires_in: -5 }, { authorization: 'Bearer a', lifetime: Infinity }]
  ]
  const server = await startTokenServer(t, (_, response, count) => {
    if (count <= answers.length) json(response, answers[count - 1]![0])
    else response.writeHead(200, { 'content-type': 'application/x-www-form-urlencoded' }).end('access_token=form&token_type=bearer&expires_in=7')
  })
  const request = createRequest(t, { token_url: server.url, scopes: 'b,a', endpoint_params: { z: ['1'], audience: ['https://a.test/~*!', 'y'], grant_type: ['own'] } })
  for (const [answer, token] of answers) t.same(await request(), token, JSON.stringify(answer))
  t.same(await request(), { authorization: 'Bearer form', lifetime: 7000 })
  t.same(server.asked[0], {
    authorization: `Basic ${Buffer.from(`id:${secret}`).toString('base64')}`,
    type: 'application/x-www-form-urlencoded',
    body: 'audience=https%3A%2F%2Fa.test%2F~%2A%21&audience=y&grant_type=own&scope=b+a&z=1'
  })
})

t.test('createTokenRequest: a server that wants the credentials in the body', async (t) => {
  const server = await startTokenServer(t, ({ authorization }, response) => { authorization === undefined ? json(response, { access_token: 'a' }) : json(response, { error: 'invalid_client' }, 401) })
  const request = createRequest(t, { token_url: server.url })
  await request()
  await request()
  t.equal(server.asked.length, 3, 'from then on at once')
  for (const at of [1, 2]) t.equal(server.asked[at]!.body, `client_id=id&client_secret=${secret}&grant_type=client_credentials&scope=`)
})

t.test('createTokenRequest: a server that answers without a token gets the credentials in the body', async (t) => {
  const server = await startTokenServer(t, ({ authorization }, response) => { json(response, authorization === undefined ? { access_token: 'b' } : { error: 'use the body' }) })
  const request = createRequest(t, { token_url: server.url })
  t.match(await request(), { authorization: 'Bearer b' })
  t.match(await request(), { authorization: 'Bearer b' })
  t.equal(server.asked.length, 3, 'from then on at once')
})

t.test('createTokenRequest: failures are faults that tell no secret', async (t) => {
  const answers: [(response: ServerResponse) => void, RegExp][] = [
    [(response) => { json(response, { error: 'invalid_client', error_description: 's:e c+ret/ü' }, 401) }, /answered 401 \(invalid_client\)$/],
    [(response) => { response.writeHead(503).end('s:e c+ret/ü') }, /answered 503$/],
    [(response) => { json(response, { error: 's:e c+ret/ü' }, 400) }, /answered 400$/],
    [(response) => { json(response, { token: 'a' }) }, /no usable access_token/],
    [(response) => { json(response, { access_token: 'a\r\nb' }) }, /no usable access_token/],
    [(response) => { json(response, 'text') }, /not a JSON object/],
    [(response) => { response.writeHead(200).end('<html>') }, /not a JSON object/],
    [(response) => { response.destroy() }, /no token from/],
    [(response) => { json(response, { access_token: 'a'.repeat(2 << 20) }) }, /longer than/]
  ]
  for (const [answer, detail] of answers) {
    const server = await startTokenServer(t, (_, response) => { answer(response) })
    const fault = await createRequest(t, { token_url: server.url })().catch((error) => error) as Fault
    t.ok(fault instanceof Fault)
    t.match(fault, { kind: 'backend', code: 'FG_ERR_AUTH_TOKEN', status: 500, message: 'oauth2: cannot fetch token', detail })
    t.notMatch(`${fault.detail} ${fault.message}`, /e c\+ret|ret%2F/)
  }
})

t.test('auth/client-credentials: the token goes to the backend, in place of what the client sent', async (t) => {
  const server = await startTokenServer(t, (_, response) => { json(response, { access_token: 'tok', expires_in: 3600 }) })
  const seen: (string | undefined)[] = []
  const api = await startOrigin(t, ({ headers }, response) => {
    seen.push(headers.authorization)
    json(response, {})
  })
  const settings = { client_id: 'id', client_secret: 'x', token_url: server.url }
  const backend = { url_pattern: '/', host: [api.url], extra_config: { 'auth/client-credentials': settings } }
  const gateway = await startGateway(t, {
    endpoints: [
      { endpoint: '/a', input_headers: ['*'], backend: [backend] },
      { endpoint: '/off', input_headers: ['*'], backend: [{ ...backend, extra_config: { 'auth/client-credentials': { ...settings, is_disabled: true } } }] },
      { endpoint: '/down', timeout: '1s', backend: [{ ...backend, extra_config: { 'auth/client-credentials': { ...settings, token_url: 'http://127.0.0.1:1/token' } } }] }
    ]
  })
  const mine = { authorization: 'Bearer mine' }
  t.same((await Promise.all(Array.from({ length: 10 }, () => gateway.get('/a', mine)))).map(({ status }) => status), Array(10).fill(200))
  t.equal(server.asked.length, 1)
  t.same(new Set(seen), new Set(['Bearer tok']))
  await gateway.get('/off', mine)
  t.equal(seen.at(-1), 'Bearer mine')
  t.match(await gateway.get('/down'), { status: 500, body: '', headers: { 'x-krakend-completed': 'false' } })
  t.equal(seen.length, 11)
  t.match(gateway.log.join(), /FG_ERR_AUTH_TOKEN/)
})

t.test('auth/client-credentials: the token server is called through the backend\'s own client', async (t) => {
  const authority = createAuthority('a')
  const clients = createAuthority('clients')
  const client = clients.issue({ cn: 'gateway' })
  const files = writeFiles(t, { ca: authority.cert, cert: client.cert, key: client.key })
  const proxy = await startForwardProxy(t)
  const tls = { ...authority.issue({ cn: 'tokens', san: ['tokens.test'] }), ca: clients.cert, requestCert: true }
  const server = await startTokenServer(t, (_, response) => { json(response, { access_token: 'tok' }) }, tls)
  const api = await startOrigin(t, ({ headers }, response) => { json(response, { authorization: headers.authorization }) })
  const gateway = await startGateway(t, {
    endpoints: [{
      endpoint: '/a',
      backend: [{
        url_pattern: '/',
        host: [api.url],
        extra_config: {
          'auth/client-credentials': { client_id: 'id', client_secret: 'x', token_url: server.url.replace('127.0.0.1', 'tokens.test') },
          'backend/http/client': { proxy_address: proxy.url, client_tls: { ca_certs: [files.ca], client_certs: [{ certificate: files.cert, private_key: files.key }] } }
        }
      }]
    }]
  })
  t.match(await gateway.get('/a'), { status: 200, body: '{"authorization":"Bearer tok"}' })
  t.equal(proxy.seen.filter(({ method }) => method === 'CONNECT').length, 1)
})

t.test('auth/client-credentials: wrong settings stop the start', async (t) => {
  const good = { client_id: 'id', client_secret: 'hush-hush', token_url: 'https://a.test/token' }
  const wrong: [object, RegExp][] = [
    [{ ...good, token_url: 'a.test' }, /token_url.*must be an http or https URL/],
    [{ ...good, client_id: undefined }, /client_id.*is missing/],
    [{ ...good, endpoint_params: { scope: ['a'] } }, /endpoint_params.*scope.*set scopes in/],
    [{ ...good, endpoint_params: { a: [{}] } }, /endpoint_params.*must be text/]
  ]
  for (const [settings, why] of wrong) {
    const endpoints = [{ endpoint: '/a', backend: [{ url_pattern: '/', host: ['http://a.test'], extra_config: { 'auth/client-credentials': settings } }] }]
    const error = await startGateway(t, { endpoints }).catch((error) => error) as Error
    t.match(error, { code: 'FG_ERR_CONFIG_INVALID', message: why })
    t.notMatch(error.message, /hush-hush/)
  }
})
