import { createLocalJWKSet, flattenedVerify, jwtVerify } from 'jose'
import t from 'tap'
import { startOrigin, writeFiles } from '@floodgate/testing'
import { startGateway } from '../support/gateway.ts'
import { createSecretSigner, createSigner, farAway, keySet } from '../support/tokens.ts'

const login = { access_token: { sub: 'me', roles: ['r'], exp: farAway, id: 12345678901234567890n, html: '<&>' }, refresh_token: { sub: 'me' }, text: 'left', list: [1] }
const body = JSON.stringify(login, (_, value) => typeof value === 'bigint' ? '#big#' : value).replace('"#big#"', '12345678901234567890')

t.test('auth/signer: tokens that the validator lets in', async (t) => {
  const backend = await startOrigin(t, (_, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end(body) })
  const algorithms = ['HS256', 'RS256', 'PS384', 'ES256', 'EdDSA']
  const signers = await Promise.all(algorithms.map(async (alg) => alg === 'HS256' ? createSecretSigner(alg, alg) : await createSigner(alg, alg)))
  const privateKeys = signers.map((signer) => ({ jwk: 'privateJwk' in signer ? (signer as { privateJwk: object }).privateJwk : signer.jwk }))
  const files = writeFiles(t, { private: keySet(...privateKeys), public: keySet(...signers) })
  const gateway = await startGateway(t, {
    endpoints: algorithms.flatMap((alg) => [
      { endpoint: `/login/${alg}`, extra_config: { 'auth/signer': { alg, kid: alg, keys_to_sign: ['access_token', 'refresh_token', 'text', 'list', 'nope'], jwk_local_path: files.private, disable_jwk_security: true } }, backend: [{ url_pattern: '/', host: [backend.url] }] },
      { endpoint: `/p/${alg}`, extra_config: { 'auth/validator': { alg, jwk_local_path: files.public, disable_jwk_security: true, roles: ['r'] } }, backend: [{ url_pattern: '/', host: [backend.url] }] }
    ])
  })
  for (const alg of algorithms) {
    const answer = await gateway.get(`/login/${alg}`)
    t.match(answer, { status: 200, headers: { 'content-type': 'application/json; charset=utf-8', 'x-krakend-completed': undefined } }, alg)
    const { access_token: token, refresh_token: refresh, text, list } = JSON.parse(answer.body)
    t.same([text, list], ['left', [1]], 'what is no object stays')
    t.equal(Buffer.from(token.split('.')[1], 'base64url').toString(), `{"exp":${farAway},"html":"\\u003c\\u0026\\u003e","id":12345678901234567890,"roles":["r"],"sub":"me"}`, 'bytes as on the reference, and numbers keep their digits')
    t.equal(Buffer.from(token.split('.')[0], 'base64url').toString(), `{"alg":"${alg}","kid":"${alg}","typ":"JWT"}`)
    t.equal((await gateway.get(`/p/${alg}`, { authorization: `Bearer ${token}` })).status, 200)
    t.equal((await gateway.get(`/p/${alg}`, { authorization: `Bearer ${refresh}` })).status, 403)
    if (alg !== 'HS256') await t.resolves(jwtVerify(token, createLocalJWKSet({ keys: signers.map(({ jwk }) => jwk) })))
  }
})

t.test('auth/signer: tokens in JSON, with a key of a server', async (t) => {
  const backend = await startOrigin(t, (_, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end(body) })
  const signer = await createSigner('RS256', 'k')
  const keys = await startOrigin(t, (_, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end(keySet({ jwk: signer.privateJwk })) })
  const settings = { alg: 'RS256', kid: 'k', keys_to_sign: ['access_token'], full: true, jwk_url: keys.url, disable_jwk_security: true }
  const gateway = await startGateway(t, { endpoints: [{ endpoint: '/login', extra_config: { 'auth/signer': settings }, backend: [{ url_pattern: '/', host: [backend.url] }] }] })
  for (let i = 0; i < 2; i++) {
    const token = JSON.parse(JSON.parse((await gateway.get('/login')).body).access_token)
    t.same(Object.keys(token), ['payload', 'protected', 'signature'])
    await t.resolves(flattenedVerify(token, signer.publicKey))
  }
  t.equal(keys.accepted, 1)
})

t.test('auth/signer: nothing is sent unsigned', async (t) => {
  let status = 200
  const backend = await startOrigin(t, (_, response) => { response.writeHead(status, { 'content-type': 'application/json' }).end(body) })
  const signer = await createSigner('RS256', 'k')
  const keys = await startOrigin(t, (_, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end(keySet(signer)) })
  const { file } = writeFiles(t, { file: keySet({ jwk: signer.privateJwk }) })
  const endpoint = (path: string, settings: object) => ({ endpoint: path, extra_config: { 'auth/signer': { alg: 'RS256', kid: 'k', keys_to_sign: ['access_token'], ...settings } }, backend: [{ url_pattern: '/', host: [backend.url] }] })
  const gateway = await startGateway(t, {
    endpoints: [
      endpoint('/public', { jwk_url: keys.url, disable_jwk_security: true }),
      endpoint('/down', { jwk_url: 'http://127.0.0.1:1/keys', disable_jwk_security: true }),
      endpoint('/insecure', { jwk_local_path: file }),
      endpoint('/good', { jwk_local_path: file, disable_jwk_security: true })
    ]
  })
  for (const path of ['/public', '/down', '/insecure']) t.match(await gateway.get(path), { status: 400, body: '', headers: { 'x-krakend-completed': undefined, 'content-type': undefined } }, path)
  t.match(gateway.log.join(), /FG_ERR_AUTH_SIGN/)
  status = 401
  t.match(await gateway.get('/good'), { status: 400, body: '' }, 'a backend that says no')
})

t.test('auth/signer: answers have no labels and are JSON; one failed backend is a 400 without a text', async (t) => {
  const backend = await startOrigin(t, ({ url }, response) => { response.writeHead(url === '/bad' ? 500 : 200, { 'content-type': 'application/json' }).end('{"a":{"sub":"u"},"text":"<"}') })
  const secret = createSecretSigner('HS256', 'k')
  const { file } = writeFiles(t, { file: keySet(secret) })
  const endpoint = (path: string, patterns: string[], rest: object = {}, proxy?: object) => ({
    endpoint: path,
    cache_ttl: '60s',
    ...rest,
    extra_config: { 'auth/signer': { alg: 'HS256', kid: 'k', keys_to_sign: ['a'], jwk_local_path: file, disable_jwk_security: true }, ...proxy && { proxy } },
    backend: patterns.map((pattern, i) => ({ url_pattern: pattern, host: [backend.url], ...i > 0 && { group: `g${i}` } }))
  })
  const gateway = await startGateway(t, {
    extra_config: { router: { return_error_msg: true } },
    endpoints: [
      ...['json', 'xml', 'string', 'json-collection', 'yaml'].map((encoding) => endpoint(`/${encoding}`, ['/'], { output_encoding: encoding })),
      endpoint('/partial', ['/', '/bad']),
      endpoint('/static', ['/bad'], {}, { static: { strategy: 'always', data: { a: { sub: 'u' } } } }),
      endpoint('/static-too', ['/'], {}, { static: { strategy: 'always', data: { b: 1 } } })
    ]
  })
  const token = /^eyJhbGciOiJIUzI1NiIsImtpZCI6ImsiLCJ0eXAiOiJKV1QifQ\.eyJzdWIiOiJ1In0\./
  for (const path of ['json', 'xml', 'string', 'json-collection', 'yaml', 'static-too']) {
    const { status, headers, body } = await gateway.get(`/${path}`)
    t.match({ status, headers }, { status: 200, headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': undefined, 'x-krakend-completed': undefined } }, path)
    t.match(JSON.parse(body), { a: token, text: '<' }, path)
  }
  for (const path of ['partial', 'static']) t.match(await gateway.get(`/${path}`), { status: 400, body: '', headers: { 'content-type': undefined, 'x-krakend-completed': undefined } }, path)
})

t.test('auth/signer: wrong settings stop the start', async (t) => {
  const signer = await createSigner('RS256', 'k')
  const files = writeFiles(t, { public: keySet(signer), private: keySet({ jwk: signer.privateJwk }) })
  const good = { alg: 'RS256', kid: 'k', keys_to_sign: ['a'], jwk_local_path: files.private, disable_jwk_security: true }
  const wrong: [object, RegExp][] = [
    [{ ...good, kid: 'other' }, /kid.*no private key of this id/],
    [{ ...good, alg: 'ES256' }, /kid.*no private key of this id for ES256/],
    [{ ...good, jwk_local_path: files.public }, /kid.*no private key/],
    [{ ...good, keys_to_sign: [] }, /keys_to_sign.*at least 1/],
    [{ ...good, alg: undefined }, /alg.*is missing/],
    [{ ...good, jwk_local_path: undefined }, /jwk_url.*no keys are configured/]
  ]
  for (const [settings, why] of wrong) {
    await t.rejects(startGateway(t, { endpoints: [{ endpoint: '/a', extra_config: { 'auth/signer': settings }, backend: [{ url_pattern: '/', host: ['http://a.test'] }] }] }), { code: 'FG_ERR_CONFIG_INVALID', message: why }, String(why))
  }
})
