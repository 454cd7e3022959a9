import { createHash, createHmac, createPublicKey, generateKeyPairSync, sign, X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import type http from 'node:http'
import type { RequestListener } from 'node:http'
import fc from 'fast-check'
import type { FastifyRequest } from 'fastify'
import { Pool } from 'undici'
import t from 'tap'
import { claimsOf } from '@floodgate/core'
import { call, createAuthority, startForwardProxy, startOrigin, writeFiles, type Origin, type Teardown } from '@floodgate/testing'
import { startGateway } from '../support/gateway.ts'
import { createSecretSigner, createSigner, encode, farAway, keySet } from '../support/tokens.ts'

interface Seen { url: string, headers: http.IncomingHttpHeaders, rawHeaders: string[] }

/** A backend that takes note of what reaches it. */
async function startBackend (t: Teardown): Promise<{ url: string, seen: Seen[] }> {
  const seen: Seen[] = []
  const { url } = await startOrigin(t, ({ url, headers, rawHeaders }, response) => {
    seen.push({ url: url!, headers, rawHeaders })
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"from":"api"}')
  })
  return { url, seen }
}

const answerKeys = (keys: () => string): RequestListener => (_, response) => {
  response.writeHead(200, { 'content-type': 'application/jwk-set+json; charset=utf-8' }).end(keys())
}

const guarded = (backend: string, settings: object, more: object = {}) => ({ endpoint: '/p', ...more, extra_config: { 'auth/validator': { alg: 'RS256', ...settings } }, backend: [{ url_pattern: '/p', host: [backend] }] })
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const missing = { status: 401, body: '', headers: { 'content-length': '0', 'www-authenticate': undefined, 'x-krakend-completed': undefined, 'content-type': undefined } }

t.test('auth/validator: every algorithm lets good tokens in, and those only', async (t) => {
  const backend = await startBackend(t)
  const algorithms = ['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']
  const signers = await Promise.all(algorithms.map((alg) => alg.startsWith('HS') ? createSecretSigner(alg, alg) : createSigner(alg, alg)))
  const { keys } = writeFiles(t, { keys: keySet(...signers) })
  const gateway = await startGateway(t, { endpoints: algorithms.map((alg) => ({ ...guarded(backend.url, { alg, jwk_local_path: keys, disable_jwk_security: true }), endpoint: `/${alg}` })) })
  const tokens = await Promise.all(signers.map((signer) => signer.sign({ exp: farAway })))
  for (const [i, alg] of algorithms.entries()) {
    for (const [j, token] of tokens.entries()) t.equal((await gateway.get(`/${alg}`, bearer(token))).status, i === j ? 200 : 401, `${algorithms[j]} at ${alg}`)
  }
  t.equal(backend.seen.length, algorithms.length)
})

t.test('auth/validator: no confusion of algorithms', async (t) => {
  const backend = await startBackend(t)
  const [rsa, ec] = await Promise.all([createSigner('RS256', 'rsa'), createSigner('ES256', 'ec')])
  const { keys } = writeFiles(t, { keys: keySet(rsa, ec) })
  const gateway = await startGateway(t, { endpoints: ['RS256', 'HS256', 'ES256'].map((alg) => ({ ...guarded(backend.url, { alg, jwk_local_path: keys, disable_jwk_security: true }), endpoint: `/${alg}` })) })
  const body = encode({ exp: farAway })
  const hmac = (kid: string, secret: string | Buffer) => {
    const input = `${encode({ alg: 'HS256', kid })}.${body}`
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
  }
  // The public key as a shared secret, in every form that an attacker might try.
  const forms = [rsa, ec].flatMap(({ publicKey, jwk }) => [publicKey.export({ type: 'spki', format: 'pem' }), publicKey.export({ type: 'spki', format: 'der' }), JSON.stringify(jwk), Buffer.from(jwk.n ?? jwk.x!, 'base64url')])
  const attacks = [
    ...forms.flatMap((form) => [hmac('rsa', form), hmac('ec', form)]),
    hmac('rsa', ''),
    ...['none', 'None', 'NONE', 'nOnE', ''].flatMap((alg) => [`${encode({ alg, kid: 'rsa' })}.${body}.`, `${encode({ alg, kid: 'rsa' })}.${body}.AA`]),
    `${encode({ alg: 'RS256', kid: 'ec' })}.${body}.AA`,
    `${encode({ alg: 'ES256', kid: 'rsa' })}.${body}.${Buffer.alloc(64).toString('base64url')}`,
    `${encode({ alg: 'ES256', kid: 'ec' })}.${body}.${Buffer.alloc(64).toString('base64url')}`,
    // A key that the token brings along.
    await createSigner('RS256', 'rsa').then((own) => own.sign({ exp: farAway }, { jwk: own.jwk })),
    await createSigner('RS256', 'rsa').then((own) => own.sign({ exp: farAway }, { jku: 'http://127.0.0.1/keys', x5u: 'http://127.0.0.1/x' })),
    // A signature in DER where two numbers are meant.
    await ec.sign({ exp: farAway }).then((token) => {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const input = token.slice(0, token.lastIndexOf('.'))
      return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`
    })
  ]
  for (const [i, token] of attacks.entries()) {
    for (const path of ['/RS256', '/HS256', '/ES256']) t.match(await gateway.get(path, bearer(token)), missing, `attack ${i} at ${path}`)
  }
  t.same(backend.seen, [])
  t.equal((await gateway.get('/RS256', bearer(await rsa.sign({})))).status, 200)
})

t.test('auth/validator: answers, places of the token, and claims for what comes after', async (t) => {
  const backend = await startBackend(t)
  const signer = createSecretSigner('HS256', 'k')
  const { keys } = writeFiles(t, { keys: keySet(signer) })
  const settings = { alg: 'HS256', jwk_local_path: keys, disable_jwk_security: true }
  const gateway = await startGateway(t, {
    endpoints: [
      guarded(backend.url, { ...settings, roles: ['admin'], scopes: ['write'], scopes_key: 'scope', operation_debug: true }),
      { ...guarded(backend.url, { ...settings, auth_header_name: 'X-Token', cookie_key: 'session' }), endpoint: '/elsewhere', method: 'POST' },
      { ...guarded(backend.url, settings), endpoint: '/cookie' }
    ]
  })
  const token = await signer.sign({ roles: ['admin'], scope: 'read write' })
  t.equal((await gateway.get('/p', bearer(token))).status, 200)
  t.match(await gateway.get('/p'), missing)
  t.match(await gateway.get('/p', bearer(await signer.sign({ roles: ['admin'], scope: 'read' }))), { ...missing, status: 403 })
  t.match(await gateway.get('/p', bearer(await signer.sign({ roles: ['user'], scope: 'write' }))), { ...missing, status: 403 })
  t.match(await gateway.get('/p', bearer(await signer.sign({ roles: ['user'], exp: 5 }))), missing, 'dates come before roles')
  t.same(gateway.log.map((line) => JSON.parse(line)).map(({ level, reason, endpoint }) => [level, reason, endpoint]), [
    [50, 'there is no token', 'GET /p'],
    [50, 'it does not have the required scopes', 'GET /p'],
    [50, 'it has none of the required roles', 'GET /p'],
    [50, 'it has expired', 'GET /p']
  ])
  t.notOk(gateway.log.join().includes(token.slice(-20)), 'no token is logged')

  const send = (headers: Record<string, string | string[]>) => gateway.send('POST', '/elsewhere', { headers, body: 'x'.repeat(100) })
  t.equal((await send({ 'x-token': `bEaReR ${token}` })).status, 200)
  t.equal((await send({ 'x-token': token })).status, 200)
  t.equal((await send({ 'x-token': [token, 'x'] })).status, 200, 'of several lines the first counts')
  t.equal((await send({ 'x-token': ['x', token] })).status, 401)
  t.equal((await send({ cookie: `a=b; session=${token}; c` })).status, 200)
  t.equal((await send({ cookie: `session="${token}"` })).status, 200)
  t.equal((await send({ 'x-token': 'x', cookie: `session=${token}` })).status, 401, 'the header wins')
  t.match(await send({ authorization: token, cookie: `access_token=${token}` }), { status: 401, headers: { connection: 'close' } }, 'an upload that nobody reads ends the connection')
  t.equal((await gateway.get('/cookie', { cookie: `access_token=${token}` })).status, 200)
  t.equal((await gateway.get('/cookie', { cookie: `xaccess_token=${token}; access_token` })).status, 401)
})

t.test('auth/validator: claims go into headers, which clients cannot set or have dropped', async (t) => {
  const backend = await startBackend(t)
  const signer = createSecretSigner('HS256', 'k')
  const { keys } = writeFiles(t, { keys: keySet(signer) })
  const pairs = [['sub', 'X-User'], ['name', 'x-name'], ['nope', 'x-nope'], ['list', 'x-list'], ['a.b', 'x-deep'], ['__proto__', 'x-proto']]
  const settings = { alg: 'HS256', jwk_local_path: keys, disable_jwk_security: true, propagate_claims: pairs }
  const endpoint = { input_headers: ['*'], backend: [{ url_pattern: '/u/{JWT.sub}/{JWT.list}?q={JWT.name}', host: [backend.url] }] }
  const gateway = await startGateway(t, {
    endpoints: [
      { ...guarded(backend.url, settings, endpoint), ...endpoint },
      { ...guarded(backend.url, { ...settings, propagate_claims_preserve_array: true }), ...endpoint, endpoint: '/lists' }
    ]
  })
  const token = await signer.sign({ sub: 'a/b?c#d', name: 'Zoë 日', list: ['x', 'y'], a: { b: 7 } })
  const evil = { 'x-user': 'evil', 'X-NOPE': 'evil', 'x-deep': ['evil', 'evil'], 'x-proto': 'evil' }
  t.equal((await gateway.get('/p', { ...bearer(token), ...evil })).status, 200)
  t.match(backend.seen[0], { url: '/u/a%2Fb%3Fc%23d/x,y?q=Zo%C3%AB%20%E6%97%A5', headers: { 'x-user': 'a/b?c#d', 'x-nope': '', 'x-list': 'x,y', 'x-deep': '7', 'x-proto': '' } })
  t.equal((await gateway.get('/p', { ...bearer(token), x_user: 'evil', 'X.User': 'evil', x_other: 'passes' })).status, 200)
  t.match(backend.seen.pop()!.headers, { 'x-user': 'a/b?c#d', x_user: undefined, 'x.user': undefined, x_other: 'passes' }, 'nor by a name that CGI takes for it')
  t.equal(Buffer.from(backend.seen[0]!.headers['x-name'] as string, 'latin1').toString(), 'Zoë 日', 'as UTF-8')
  t.equal((await gateway.get('/lists', bearer(token))).status, 200)
  t.same(backend.seen[1]!.rawHeaders.filter((_, i, raw) => raw[i - 1]?.toLowerCase() === 'x-list'), ['x', 'y'])
  t.equal((await gateway.get('/lists', { ...bearer(await signer.sign({ sub: 'x', list: [], name: 'n' })), 'x-list': 'evil' })).status, 200)
  t.notOk('x-list' in backend.seen.pop()!.headers, 'an empty list is no header, and none of the client\'s either')

  // Connection names what is meant for the gateway alone.
  await call(`${gateway.url}/p`, { headers: { ...bearer(token), connection: 'close, X-User, x-deep' } })
  t.match(backend.seen[2]!.headers, { 'x-user': 'a/b?c#d', 'x-deep': '7' })

  t.equal((await gateway.get('/p', bearer(await signer.sign({ sub: 'a\r\nx-evil: 1' })))).status, 500, 'what is no header value is sent nowhere')
  t.equal(backend.seen.length, 3)
  for (const sub of ['..', 'a/../b', '%2e%2e']) t.equal((await gateway.get('/p', bearer(await signer.sign({ sub })))).status, 400, 'a claim stays in its segment')
  t.equal(backend.seen.length, 3)
  t.equal((await gateway.get('/p', bearer(await signer.sign({ name: 'n' })))).status, 200)
  t.match(backend.seen[3], { url: /^\/u\/%7B%7B\.JWT\.sub%7D%7D\/%7B%7B\.JWT\.list%7D%7D\?q=n$/, headers: { 'x-user': '', 'x-list': '' } }, 'nothing is left of other requests')
})

t.test('auth/validator: the claims can be asked for by what comes after', async (t) => {
  const backend = await startBackend(t)
  const signer = createSecretSigner('HS256', 'k')
  const { keys } = writeFiles(t, { keys: keySet(signer) })
  const claims: unknown[] = []
  const note = { preHandler: (request: FastifyRequest, _: unknown, done: () => void) => { claims.push(claimsOf(request)); done() } }
  const open = { endpoint: '/open', backend: [{ url_pattern: '/', host: [backend.url] }] }
  const gateway = await startGateway(t, { endpoints: [guarded(backend.url, { alg: 'HS256', jwk_local_path: keys, disable_jwk_security: true }), open] }, {}, { 'GET /p': note, 'GET /open': note })
  const token = await signer.sign({ sub: 'me' })
  for (const path of ['/p', '/open']) t.equal((await gateway.get(path, bearer(token))).status, 200)
  t.same(claims, [{ sub: 'me' }, null], 'of verified tokens only')
})

t.test('auth/validator: keys of a server, rotated, down at start and later', async (t) => {
  const backend = await startBackend(t)
  const [first, second] = await Promise.all([createSigner('RS256', 'first'), createSigner('RS256', 'second')])
  let keys = keySet(first)
  let down = true
  let fetches = 0
  const server = await startOrigin(t, (request, response) => {
    fetches++
    if (down) request.socket.destroy()
    else answerKeys(() => keys)(request, response)
  })
  const gateway = await startGateway(t, { endpoints: [guarded(backend.url, { jwk_url: `${server.url}/keys`, disable_jwk_security: true, cache: true, cache_duration: 3600 })], extra_config: { 'auth/validator': { shared_cache_duration: 7200 } } })
  const [one, two] = await Promise.all([first.sign({}), second.sign({})])
  t.match(await gateway.get('/p', bearer(one)), missing, 'down at start')
  t.match(gateway.log.join(), /the key set could not be fetched/)
  down = false
  t.equal((await gateway.get('/p', bearer(one))).status, 200, 'back')
  const { length } = backend.seen
  const before = fetches
  await Promise.all(Array.from({ length: 20 }, () => gateway.get('/p', bearer(one))))
  t.equal(backend.seen.length, length + 20)
  t.equal(fetches, before, 'cached')
  t.equal((await gateway.get('/p', bearer(two))).status, 401, 'not rotated yet')
  keys = keySet(first, second)
  t.equal((await gateway.get('/p', bearer(two))).status, 200, 'rotated')
  down = true
  for (const token of [one, two]) t.equal((await gateway.get('/p', bearer(token))).status, 200, 'down later')
  t.equal((await gateway.get('/p', bearer(await createSigner('RS256', 'third').then((third) => third.sign({}))))).status, 401)
})

t.test('auth/validator: keys of a file, rotated when the gateway is told to read its files again', async (t) => {
  const backend = await startBackend(t)
  const [first, second] = await Promise.all([createSigner('RS256', 'k'), createSigner('RS256', 'k')])
  const { keys } = writeFiles(t, { keys: keySet(first) }) as { keys: string }
  const gateway = await startGateway(t, { endpoints: [guarded(backend.url, { jwk_local_path: keys, disable_jwk_security: true })] })
  const [one, two] = await Promise.all([first.sign({}), second.sign({})])
  const statuses = async () => [(await gateway.get('/p', bearer(one))).status, (await gateway.get('/p', bearer(two))).status]
  t.same(await statuses(), [200, 401])
  writeFileSync(keys, keySet(second))
  t.same(await statuses(), [200, 401], 'not before')
  await gateway.app.floodgate.renew()
  t.same(await statuses(), [401, 200], 'a token that was let in before is not any more')
  writeFileSync(keys, '{"keys":[')
  await gateway.app.floodgate.renew()
  t.same(await statuses(), [401, 200], 'half a file changes nothing')
  t.match(gateway.log.join(), /it is not JSON.*the previous content stays in use/)
})

t.test('auth/validator: what a key server may not answer', async (t) => {
  const backend = await startBackend(t)
  const signer = await createSigner('RS256', 'k')
  const good = keySet(signer)
  const json = { 'content-type': 'application/json' }
  const server = await startOrigin(t, ({ url }, response) => {
    switch (url) {
      case '/good': response.writeHead(200, json).end(good); break
      case '/redirect': response.writeHead(302, { location: '/good' }).end(); break
      case '/500': response.writeHead(500, json).end(good); break
      case '/type': response.writeHead(200, { 'content-type': 'text/plain' }).end(good); break
      case '/cut': response.writeHead(200, { ...json, 'content-length': '9999' }).write(good.slice(0, 20), () => { response.destroy() }); break
      case '/long': response.writeHead(200, json).end(good + ' '.repeat(2 << 20)); break
      default: response.writeHead(200, json).end('<html>')
    }
  })
  const paths = ['/good', '/redirect', '/500', '/type', '/cut', '/long', '/html']
  const gateway = await startGateway(t, { endpoints: paths.map((path) => ({ ...guarded(backend.url, { jwk_url: server.url + path, disable_jwk_security: true }), endpoint: path })) })
  const token = await signer.sign({})
  for (const path of paths) t.equal((await gateway.get(path, bearer(token))).status, path === '/good' || path === '/redirect' ? 200 : 401, path)
})

t.test('auth/validator: keys over TLS and mTLS, from a pinned server, and through a proxy', async (t) => {
  const backend = await startBackend(t)
  const signer = await createSigner('RS256', 'k')
  const [authority, clients, own] = ['server', 'clients', 'own'].map((name) => createAuthority(name)) as [ReturnType<typeof createAuthority>, ReturnType<typeof createAuthority>, ReturnType<typeof createAuthority>]
  const client = clients.issue({ cn: 'gateway' })
  const files = writeFiles(t, { ca: authority.cert, own: own.cert, cert: client.cert, key: client.key })
  const certificate = authority.issue({ cn: 'keys', san: ['keys.test', 'localhost', '127.0.0.1'] })
  const seen: string[] = []
  const listener: RequestListener = (request, response) => {
    seen.push(request.url!)
    answerKeys(() => keySet(signer))(request, response)
  }
  const plainTls = await startOrigin(t, listener, certificate)
  const mutual = await startOrigin(t, listener, { ...certificate, ca: clients.cert, requestCert: true })
  const token = await signer.sign({})
  const pinOf = (cert: string) => createHash('sha256').update(createPublicKey(new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'pem' })).export({ type: 'spki', format: 'der' })).digest('base64')
  const status = async (settings: object, config: { client_tls?: object } = {}, env: NodeJS.ProcessEnv = {}) => {
    const gateway = await startGateway(t, { endpoints: [guarded(backend.url, settings)], ...config }, env)
    return (await gateway.get('/p', bearer(token))).status
  }
  const url = `${plainTls.url}/keys`
  t.equal(await status({ jwk_url: url }), 401, 'an unknown authority')
  t.equal(await status({ jwk_url: url, jwk_local_ca: files.ca }), 200, 'jwk_local_ca')
  t.equal(await status({ jwk_url: url, disable_jwk_security: true }), 200, 'disable_jwk_security')
  t.equal(await status({ jwk_url: url }, { client_tls: { ca_certs: [files.ca] } }), 200, 'global client_tls')
  t.equal(await status({ jwk_url: url, jwk_local_ca: files.ca }, { client_tls: { ca_certs: [files.own] } }), 200, 'both')
  for (const cert of [certificate.cert, authority.cert]) t.equal(await status({ jwk_url: url, jwk_local_ca: files.ca, jwk_fingerprints: [pinOf(own.cert), pinOf(cert)] }), 200, 'pinned')
  t.equal(await status({ jwk_url: url, jwk_local_ca: files.ca, jwk_fingerprints: [pinOf(own.cert)] }), 401, 'another one is pinned')
  t.equal(await status({ jwk_url: url, disable_jwk_security: true, jwk_fingerprints: [pinOf(own.cert)] }), 401, 'pins hold without verification')
  t.equal(await status({ jwk_url: url, jwk_local_ca: files.ca, cipher_suites: [49195] }), 200, 'cipher_suites')

  const mutualUrl = `${mutual.url}/keys`
  t.equal(await status({ jwk_url: mutualUrl, jwk_local_ca: files.ca }), 401, 'no client certificate')
  t.equal(await status({ jwk_url: mutualUrl }, { client_tls: { ca_certs: [files.ca], client_certs: [{ certificate: files.cert, private_key: files.key }] } }), 200, 'mTLS')

  const proxy = await startForwardProxy(t)
  const behind = `https://keys.test:${plainTls.port}/keys`
  t.equal(await status({ jwk_url: behind, jwk_local_ca: files.ca }, {}, { HTTPS_PROXY: proxy.url }), 200, 'through a proxy')
  t.match(proxy.seen, [{ method: 'CONNECT', target: `keys.test:${plainTls.port}` }])
  const plain: Origin = await startOrigin(t, listener)
  t.equal(await status({ jwk_url: `http://keys.test:${plain.port}/keys`, disable_jwk_security: true }, {}, { HTTP_PROXY: proxy.url }), 200)
})

t.test('auth/validator: keys without security are not used unless it is switched off', async (t) => {
  const backend = await startBackend(t)
  const signer = createSecretSigner('HS256', 'k')
  const server = await startOrigin(t, answerKeys(() => keySet(signer)))
  const { keys } = writeFiles(t, { keys: keySet(signer) })
  const gateway = await startGateway(t, { endpoints: [guarded(backend.url, { alg: 'HS256', jwk_url: server.url }), { ...guarded(backend.url, { alg: 'HS256', jwk_local_path: keys }), endpoint: '/file' }] })
  const token = await signer.sign({})
  for (const path of ['/p', '/file']) t.match(await gateway.get(path, bearer(token)), missing)
  t.equal(gateway.log.filter((line) => line.includes('disable_jwk_security')).length, 2)
})

t.test('auth/validator: ids of keys by thumbprint', async (t) => {
  const backend = await startBackend(t)
  const signer = await createSigner('RS256')
  const { keys } = writeFiles(t, { keys: JSON.stringify({ keys: [{ ...signer.jwk, kid: 'a', x5t: 'one', 'x5t#S256': 'two' }] }) })
  const gateway = await startGateway(t, { endpoints: ['kid', 'x5t', 'x5t#S256', 'kid_x5t'].map((strategy, i) => ({ ...guarded(backend.url, { jwk_local_path: keys, disable_jwk_security: true, key_identify_strategy: strategy }), endpoint: `/${i}` })) })
  const headers = [{ kid: 'a' }, { x5t: 'one' }, { 'x5t#S256': 'two' }, { kid: 'a', x5t: 'one' }, { kid: 'one' }, {}]
  const lets = [[0, 3], [1, 3, 4], [2], [3], [], []]
  for (const [i, header] of headers.entries()) {
    const token = await signer.sign({}, header)
    for (const path of [0, 1, 2, 3]) t.equal((await gateway.get(`/${path}`, bearer(token))).status, lets.some((list, strategy) => strategy === path && list.includes(i)) ? 200 : 401, `${JSON.stringify(header)} at ${path}`)
  }
})

t.test('auth/validator: keys and tokens without a thumbprint, or without any id, are found as on the reference', async (t) => {
  const backend = await startBackend(t)
  const signer = await createSigner('RS256')
  const { keys } = writeFiles(t, { keys: JSON.stringify({ keys: [{ ...signer.jwk, kid: 'a', x5t: undefined, 'x5t#S256': undefined, x5c: undefined }] }) })
  const gateway = await startGateway(t, { endpoints: ['kid', 'x5t', 'x5t#S256', 'kid_x5t'].map((strategy, i) => ({ ...guarded(backend.url, { jwk_local_path: keys, disable_jwk_security: true, key_identify_strategy: strategy }), endpoint: `/${i}` })) })
  // A key's id without a thumbprint is empty, or its kid alone; a token's is its kid, twice where both are joined.
  const cases: [Record<string, string>, number[]][] = [[{}, [1, 2]], [{ kid: 'a' }, [0]], [{ x5t: 'one' }, [2]], [{ kid: 'a', x5t: '' }, [0, 1, 3]], [{ kid: '' }, [1, 2]]]
  for (const [header, lets] of cases) {
    const token = await signer.sign({}, header)
    for (const path of [0, 1, 2, 3]) t.equal((await gateway.get(`/${path}`, bearer(token))).status, lets.includes(path) ? 200 : 401, `${JSON.stringify(header)} at ${path}`)
  }
})

t.test('auth/validator: wrong settings stop the start', async (t) => {
  const { garbage, empty } = writeFiles(t, { garbage: '<html>', empty: '{"keys":[]}' })
  const wrong: [object, RegExp][] = [
    [{ alg: 'none', jwk_url: 'https://a.test' }, /alg.*must be/],
    [{ alg: 'HS257', jwk_url: 'https://a.test' }, /alg[^]*did you mean/],
    [{}, /jwk_url.*no keys are configured/],
    [{ jwk_url: 'a.test' }, /jwk_url.*must be an http or https URL/],
    [{ jwk_local_path: '/nowhere' }, /jwk_local_path.*there is no such file/],
    [{ jwk_local_path: garbage }, /jwk_local_path.*not JSON/],
    [{ jwk_local_path: empty }, /jwk_local_path.*has no keys/],
    [{ jwk_url: 'https://a.test', secret_url: 'base64key://smGbjm71Nxd1Ig5FS0wj9SlbzAIrnolCz9bQQ6uAhl4=' }, /secret_url.*encrypted key sets are not supported/],
    [{ jwk_url: 'https://a.test', cypher_key: 'abc' }, /cypher_key/],
    [{ jwk_url: 'https://a.test', jwk_fingerprints: ['abc'] }, /jwk_fingerprints/],
    [{ jwk_url: 'https://a.test', jwk_local_ca: '/nowhere' }, /jwk_local_ca.*there is no such file/],
    [{ jwk_url: 'https://a.test', leeway: 'soon' }, /leeway.*duration/],
    [{ jwk_url: 'https://a.test', failed_jwk_key_cooldown: '10' }, /failed_jwk_key_cooldown/],
    [{ jwk_url: 'https://a.test', cache_duration: -1 }, /cache_duration.*at least 0/],
    [{ jwk_url: 'https://a.test', scopes_matcher: 'some' }, /scopes_matcher/],
    [{ jwk_url: 'https://a.test', key_identify_strategy: 'x5u' }, /key_identify_strategy/],
    [{ jwk_url: 'https://a.test', propagate_claims: [['sub']] }, /propagate_claims.*at least 2/],
    [{ jwk_url: 'https://a.test', propagate_claims: [['sub', 'x user']] }, /propagate_claims.*name of a header/],
    [{ jwk_url: 'https://a.test', auth_header_name: 'x:y' }, /auth_header_name/],
    [{ jwk_local_path: empty, cache: true }, /"?cache"?.*are not cached/],
    [{ jwk_local_path: empty, alg: undefined }, /"alg" is missing/]
  ]
  for (const [settings, why] of wrong) await t.rejects(startGateway(t, { endpoints: [guarded('http://127.0.0.1:1234', settings)] }), { code: 'FG_ERR_CONFIG_INVALID', message: why }, JSON.stringify(settings))
})

t.test('auth/validator: unknown and duplicate ids of keys', async (t) => {
  const backend = await startBackend(t)
  const [first, second, other, nameless] = await Promise.all([createSigner('RS256', 'same'), createSigner('RS256', 'same'), createSigner('ES256', 'same'), createSigner('RS256')])
  const { keys } = writeFiles(t, { keys: keySet(other, first, second, nameless) })
  const gateway = await startGateway(t, { endpoints: [guarded(backend.url, { jwk_local_path: keys, disable_jwk_security: true })] })
  const status = async (token: string) => (await gateway.get('/p', bearer(token))).status
  for (const signer of [first, second]) t.equal(await status(await signer.sign({ sub: 'me' })), 200, 'each key of the id is tried')
  t.equal(await status(await other.sign({})), 401, 'a key of another kind is not')
  t.equal(await status(await createSigner('RS256', 'same').then((stranger) => stranger.sign({}))), 401)
  for (const kid of ['nope', 'Same', 'same ', '', '__proto__', '../same', "same' OR '1", 'x'.repeat(2000)]) t.equal(await status(await first.sign({}, { kid })), 401, kid.slice(0, 20))
  t.equal(await status(await nameless.sign({})), 200, 'a key without an id is that of tokens without one')
  t.equal(backend.seen.length, 3)
})

t.test('auth/validator: oversized tokens and nested ones are refused or read, and the gateway goes on', async (t) => {
  const backend = await startBackend(t)
  const signer = createSecretSigner('HS256', 'k')
  const { keys } = writeFiles(t, { keys: keySet(signer) })
  const gateway = await startGateway(t, { endpoints: [guarded(backend.url, { alg: 'HS256', jwk_local_path: keys, disable_jwk_security: true, roles: ['r'], roles_key: 'a.b', roles_key_is_nested: true, propagate_claims: [['a', 'x-a']] }, { input_headers: ['x-a'] })] })
  const status = async (token: string) => (await gateway.get('/p', bearer(token))).status
  const nested = (depth: number) => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`
  const signed = (head: string, payload: string) => {
    const input = `${encode(head)}.${encode(payload)}`
    return `${input}.${createHmac('sha256', Buffer.alloc(64, 'k')).update(input).digest('base64url')}`
  }
  const good = '{"alg":"HS256","kid":"k"}'
  t.equal(await status(signed(good, '{"a":{"b":["r"]}}')), 200, 'signed well')
  // Node's limit of all headers is 16 KB: what is larger never gets to the validator.
  t.equal(await status(await signer.sign({ a: { b: ['r'] }, x: 'x'.repeat(64_000) })), 431)
  t.equal(await status(await signer.sign({ a: { b: ['r'] }, x: 'x'.repeat(8_000) })), 200)
  for (const depth of [10, 1000, 2000]) {
    t.equal(await status(signed(good, nested(depth))), 403, `claims, ${depth} deep`)
    t.equal(await status(signed(`{"alg":"HS256","kid":"k","x":${'['.repeat(depth)}${']'.repeat(depth)}}`, nested(1))), 403, `a header, ${depth} deep`)
    t.equal(await status(`${encode('['.repeat(depth))}.${encode(nested(1))}.AA`), 401, `a header cut short, ${depth} deep`)
    t.equal(await status(signed(good, '{"a":'.repeat(depth))), 401, `claims cut short, ${depth} deep`)
  }
  t.equal(await status(signed(good, `{"a":{"b":["r"]},${Array.from({ length: 700 }, (_, i) => `"k${i}":1`).join()}}`)), 200, 'many claims')
  for (const payload of ['', 'null', '[]', '1', '"a"', '{', '\ufeff{}', '{"a":1}{}']) t.equal(await status(signed(good, payload)), 401, JSON.stringify(payload))
  t.equal(await status(signed('{"alg":"HS256","kid":"k","alg":"none"}', '{"a":{"b":["r"]}}')), 401, 'of two the last counts')
  t.equal(await status(signed(good, '{"a":{"b":["r"]},"a":{"b":[]}}')), 403)
  t.equal(await status(signed(good, '{"a":{"b":"r"}}')), 200, 'and it goes on')
  t.equal(backend.seen.length, 4)
})

t.test('auth/validator: whatever its headers, path and method, no request without a valid token reaches the backend', { timeout: 240_000 }, async (t) => {
  const backend = await startBackend(t)
  const [rsa, secret] = [await createSigner('RS256', 'rsa'), createSecretSigner('HS256', 'hs')]
  const { keys } = writeFiles(t, { keys: keySet(rsa, secret) })
  const gateway = await startGateway(t, { endpoints: [guarded(backend.url, { jwk_local_path: keys, disable_jwk_security: true, audience: ['me'], issuer: 'us', roles: ['r'], cookie_key: 'token' }, { input_headers: ['*'] })] })
  const good = { aud: 'me', iss: 'us', roles: ['r'], exp: farAway }
  const valid = await rsa.sign(good)
  const [head, payload, signature] = valid.split('.') as [string, string, string]
  const nearly = await Promise.all([
    rsa.sign({ ...good, exp: 1 }), rsa.sign({ ...good, nbf: farAway }), rsa.sign({ ...good, aud: 'you' }), rsa.sign({ ...good, iss: 'them' }), rsa.sign({ ...good, roles: [] }),
    secret.sign(good), secret.sign(good, { kid: 'rsa' }), createSigner('RS256', 'rsa').then((own) => own.sign(good)), createSigner('PS256', 'rsa').then((own) => own.sign(good))
  ])
  const part = fc.oneof(fc.constantFrom(head, payload, signature, 'e30', '', encode({ alg: 'none' }), encode({ alg: 'RS256', kid: 'rsa' })), fc.string({ unit: fc.constantFrom(...'abzAZ09-_') }), fc.json().map(encode))
  const changed = fc.tuple(fc.nat(valid.length - 1), fc.constantFrom(...'ABCDEFGHabcdefgh0123-_.')).map(([at, character]) => valid.slice(0, at) + character + valid.slice(at + 1))
  const token = fc.oneof(fc.constantFrom(...nearly), changed, fc.tuple(part, part, part).map((parts) => parts.join('.')), part)
  const value = fc.oneof(token, token.map((token) => `Bearer ${token}`), fc.string({ unit: fc.constantFrom(...'abc XYZ=,;:"./') }).map((text) => text.trim()))
  // Several of a name, in any case.
  const name = fc.constantFrom('authorization', 'authorization', 'cookie', 'proxy-authorization', 'x-forwarded-for', 'x-original-url', 'x-rewrite-url', 'x-http-method-override', 'x-forwarded-authorization', 'x-token', 'accept', 'x-user')
  const spelling = fc.tuple(name, fc.nat()).map(([text, bits]) => Array.from(text, (letter, i) => bits >> (i % 30) & 1 ? letter.toUpperCase() : letter).join(''))
  const header = fc.oneof(fc.tuple(spelling, value), fc.tuple(fc.constantFrom('Cookie', 'cookie', 'COOKIE'), token.map((token) => `token=${token}`)))
  const headers = fc.array(header, { maxLength: 5 })
  // The endpoint's path, and others that lead to it or nearly do; a token in the query is none.
  const path = fc.oneof({ weight: 3, arbitrary: fc.constant('/p') }, fc.constantFrom('/%70', '/%50', '/P', '//p', '/p/', '/./p', '/x/../p', '/p%00', '/p;a=b', '/p%3f', '/p%2F', '/%2Fp', '/%2e/p', '/p%20', '/p.json', '/p#x', '/%25%37%30'))
  const query = fc.oneof(fc.constant(''), fc.tuple(fc.constantFrom('access_token', 'token', 'authorization', 'jwt', 'Authorization'), token).map(([key, token]) => `?${key}=${encodeURIComponent(token)}`))
  const method = fc.oneof({ weight: 4, arbitrary: fc.constant('GET') }, fc.constantFrom('HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'))
  const pool = new Pool(gateway.url, { connections: 4 })
  t.teardown(() => pool.destroy())
  // Another text for the same bytes is no change: the last character of a signature has bits to spare.
  const isSame = (text: string) => text.includes(`${head}.${payload}.`) && Buffer.from(text.slice(text.indexOf(payload) + payload.length + 1).split(/[;"\s]/)[0]!, 'base64url').equals(Buffer.from(signature, 'base64url'))
  let runs = 0
  await fc.assert(fc.asyncProperty(method, path, query, headers, async (method, path, query, sent) => {
    if (sent.some(([, text]) => isSame(text))) return
    runs++
    const { statusCode, body } = await pool.request({ method, path: path + query, headers: sent.flat() })
    const text = await body.text()
    if (backend.seen.length > 0 || statusCode < 300) throw new Error(`let in: ${statusCode} ${text}`)
    if (method === 'GET' && path === '/p' && ((statusCode !== 401 && statusCode !== 403) || text !== '')) throw new Error(`${statusCode} ${text}`)
  }), { numRuns: 1500 })
  t.ok(runs > 1000)
  t.equal((await gateway.get('/p', bearer(valid))).status, 200)
  t.equal(backend.seen.length, 1)
})
