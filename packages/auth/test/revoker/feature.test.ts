import http from 'node:http'
import net from 'node:net'
import { request } from 'undici'
import t from 'tap'
import { freePort, listen, startOrigin, writeFiles } from '@floodgate/testing'
import { startGateway } from '../support/gateway.ts'
import { createSecretSigner, keySet } from '../support/tokens.ts'

t.test('auth/revoker: tokens with revoked claims are refused, until it is taken back', async (t) => {
  const backend = await startOrigin(t, (_, response) => { response.writeHead(200, { 'content-type': 'application/json' }).end('{}') })
  const signer = createSecretSigner('HS256', 'k')
  const { keys } = writeFiles(t, { keys: keySet(signer) })
  const port = await freePort()
  const config = (key: string) => ({
    extra_config: { 'auth/revoker': { token_keys: ['jti', 'sub'], TTL: 3600, N: 3, P: 1e-7, hash_name: 'optimal', port, revoke_server_api_key: key } },
    endpoints: [{ endpoint: '/p', extra_config: { 'auth/validator': { alg: 'HS256', jwk_local_path: keys, disable_jwk_security: true, roles: ['r'] } }, backend: [{ url_pattern: '/', host: [backend.url] }] }]
  })
  const gateway = await startGateway(t, config('let-me'))
  const admin = async (method: 'GET' | 'POST' | 'DELETE' | 'PUT', path: string, body?: string, headers: Record<string, string> = { authorization: 'Bearer let-me' }) => {
    const answer = await request(`http://127.0.0.1:${port}${path}`, { method, headers, ...(body !== undefined && { body }) })
    return [answer.statusCode, await answer.body.text()] as const
  }
  const token = await signer.sign({ jti: 'a/b', sub: 'me', roles: ['r'] })
  const status = async (text = token) => (await gateway.get('/p', { authorization: `Bearer ${text}` })).status
  t.equal(await status(), 200)
  t.same(await admin('POST', '/tokens', '{"tokens":["jti-a/b"]}', {}), [401, ''])
  t.same(await admin('POST', '/tokens', '{"tokens":["jti-a/b"]}', { authorization: 'Bearer other' }), [401, ''])
  t.same(await admin('GET', '/tokens/jti-a%2Fb'), [200, '{"revoked":false}'])
  t.same(await admin('POST', '/tokens', '{"tokens":["jti-a/b"]}'), [204, ''])
  t.same(await admin('GET', '/tokens/jti-a%2Fb'), [200, '{"revoked":true}'])
  t.equal(await status(), 401)
  t.equal(await status(await signer.sign({ jti: 'other', sub: 'me', roles: ['r'] })), 200)
  t.equal(await status(await signer.sign({ jti: 'a/b' })), 401, 'before roles')
  t.same(await admin('DELETE', '/tokens/jti-a%2Fb'), [204, ''])
  t.same(await admin('DELETE', '/tokens/jti-a%2Fb'), [404, ''])
  t.equal(await status(), 200)
  for (const body of ['', '[]', '{"tokens":"a"}', '{"tokens":[1]}', '{"tokens":[""]}', '{"tokens":[]}', ' '.repeat(2 << 20)]) t.equal((await admin('POST', '/tokens', body))[0], 400)
  t.same(await admin('POST', '/tokens', '{"tokens":["a-1","a-2","a-3","a-4"]}'), [507, ''])
  t.same(await admin('GET', '/tokens/a-1'), [200, '{"revoked":false}'])
  t.equal((await admin('PUT', '/tokens/a'))[0], 405)
  t.equal((await admin('GET', '/tokens/%zz'))[0], 404)
  t.equal((await admin('GET', '/'))[0], 404)

  // Another configuration takes over, as in a reload.
  await admin('POST', '/tokens', '{"tokens":["sub-me"]}')
  const next = await startGateway(t, config('let-me'))
  await gateway.app.close()
  t.equal((await next.get('/p', { authorization: `Bearer ${token}` })).status, 401)
  t.same(await admin('DELETE', '/tokens/sub-me'), [204, ''])
  t.equal((await next.get('/p', { authorization: `Bearer ${token}` })).status, 200)
  const stranger = await startGateway(t, config('another-key'))
  await t.resolves(stranger.logged(/FG_ERR_AUTH_REVOKER_PORT/))
  await next.app.close()
  await stranger.app.close()
  await t.rejects(admin('GET', '/tokens/a'), { code: 'ECONNREFUSED' })
})

t.test('auth/revoker: a port in use is told, and a configuration that is only built opens none', async (t) => {
  const server = http.createServer()
  const port = await listen(server)
  t.teardown(() => { server.close() })
  const config = { extra_config: { 'auth/revoker': { token_keys: ['jti'], TTL: 1, N: 1, port } }, endpoints: [] }
  await t.resolves((await startGateway(t, config)).logged(/it is already in use.*FG_ERR_AUTH_REVOKER_PORT/))
  await t.rejects(startGateway(t, { ...config, extra_config: { 'auth/revoker': { ...config.extra_config['auth/revoker'], revoke_server_ping_url: 'http://a.test' } } }), { code: 'FG_ERR_CONFIG_INVALID', message: /revoke_server_ping_url/ })
  await t.rejects(startGateway(t, { ...config, extra_config: { 'auth/revoker': {} } }), { code: 'FG_ERR_CONFIG_INVALID', message: /token_keys.*is missing/ })
})

t.test('auth/revoker: its port survives any bytes', async (t) => {
  const port = await freePort()
  await startGateway(t, { extra_config: { 'auth/revoker': { token_keys: ['jti'], TTL: 1, N: 1, port } }, endpoints: [] })
  const send = async (...parts: (string | Buffer)[]): Promise<string> => {
    const socket = net.connect(port, '127.0.0.1').on('error', () => {})
    let answer = ''
    socket.setEncoding('latin1').on('data', (text: string) => { answer += text })
    for (const part of parts) socket.write(part)
    socket.end()
    await new Promise((resolve) => socket.once('close', resolve))
    return answer
  }
  const head = ' HTTP/1.1\r\nHost: a\r\n\r\n'
  for (const target of ['//', '///', '/\\', '//:80', '//[', 'http://', 'http://[/tokens/a', '/tokens/%', '/tokens/%00', '/tokens/__proto__', '*', '?', '/?#', `/${'a'.repeat(10_000)}`]) t.match(await send(`GET ${target}${head}`), /^HTTP\/1.1 (?:200|400|404) /, target)
  for (const method of ['CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY']) await send(`${method} //${head}`)
  await send(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`)
  await send('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  await send('POST /tokens HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{"tok')
  await send('POST /tokens HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n')
  await send(Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919) & 255)))
  await send('\r\n\r\n\0\0')
  const reset = net.connect(port, '127.0.0.1').on('error', () => {})
  reset.write('POST /tokens HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{"tok', () => { reset.resetAndDestroy() })
  await new Promise((resolve) => reset.once('close', resolve))
  t.match(await send(`GET /tokens/a${head}`), /^HTTP\/1.1 200 .*\{"revoked":false\}/s)
  t.match(await send(`GET http://gateway.test/tokens/a${head}`), /^HTTP\/1.1 200 /)
})
