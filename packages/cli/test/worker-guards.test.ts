import { createHmac } from 'node:crypto'
import t from 'tap'
import { call, freePort, startOrigin, writeFiles } from '@floodgate/testing'
import { request } from 'undici'
import { startCommand } from './support/start-command.ts'

const secret = Buffer.alloc(64, 'k')
const text = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

function signToken (claims: object): string {
  const input = `${text({ alg: 'HS256', kid: 'k' })}.${text(claims)}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

/** Statuses of requests on connections of their own: the workers take connections in turn. */
const ask = (times: number, url: string, authorization: string) => Promise.all(Array.from({ length: times }, async () => (await call(url, { headers: { authorization } })).status))

t.test('run --workers: a revocation reaches all workers and their replacements; the rate of a key is that of all', { timeout: 180_000 }, async (t) => {
  const origin = await startOrigin(t, (_, res) => { res.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}') })
  const [port, admin] = [await freePort(), await freePort()]
  const files = writeFiles(t, { keys: JSON.stringify({ keys: [{ kty: 'oct', kid: 'k', k: secret.toString('base64url') }] }) })
  const backend = [{ host: [origin.url], url_pattern: '/' }]
  const { 'krakend.json': config } = writeFiles(t, {
    'krakend.json': JSON.stringify({
      version: 3,
      port,
      extra_config: {
        'auth/revoker': { N: 1000, P: 1e-6, TTL: 3600, hash_name: 'optimal', port: admin, token_keys: ['jti'] },
        'auth/api-keys': { keys: [{ key: 'a', roles: ['r'] }, { key: 'b', roles: ['r'] }] }
      },
      endpoints: [
        { endpoint: '/token', timeout: '20s', backend, extra_config: { 'auth/validator': { alg: 'HS256', jwk_local_path: files.keys, disable_jwk_security: true } } },
        // One request in 1,000 s: what a slow machine waits for does not count.
        { endpoint: '/key', timeout: '20s', backend, extra_config: { 'auth/api-keys': { roles: ['r'], client_max_rate: 0.001 } } }
      ]
    })
  })
  const gateway = startCommand(t, ['run', '-c', config!, '--workers', '2'])
  const [[, victim]] = await Promise.all([gateway.said(/worker 1 \(process (\d+)\) serves/), gateway.said(/worker 2 .* serves/)]) as unknown as [[string, string]]
  const url = `http://127.0.0.1:${port}`
  const revoke = async (method: 'POST' | 'DELETE', path: string, body?: string) => {
    const answer = await request(`http://127.0.0.1:${admin}${path}`, { method, ...(body !== undefined && { body }) })
    await answer.body.dump()
    return answer.statusCode
  }
  const [bad, good] = [`Bearer ${signToken({ jti: 'bad' })}`, `Bearer ${signToken({ jti: 'good' })}`]
  const statuses = async (token: string) => [...new Set(await ask(20, `${url}/token`, token))]
  t.same(await statuses(bad), [200])
  t.equal(await revoke('POST', '/tokens', '{"tokens":["jti-bad"]}'), 204)
  t.same(await statuses(bad), [401], 'with the answer every worker knows')
  t.same(await statuses(good), [200])

  process.kill(Number(victim), 'SIGKILL')
  await gateway.said(new RegExp(`worker 1 \\(process (?!${victim})\\d+\\) serves`))
  t.same(await statuses(bad), [401], 'so does a replacement')
  t.equal(await revoke('DELETE', '/tokens/jti-bad'), 204)
  t.same(await statuses(bad), [200])
  t.equal(await revoke('DELETE', '/tokens/jti-bad'), 404)
  t.equal(await revoke('POST', '/tokens', JSON.stringify({ tokens: Array.from({ length: 1001 }, (_, i) => `jti-${i}`) })), 507, 'the room is that of all')

  for (const key of ['a', 'b']) t.same((await ask(20, `${url}/key`, key)).toSorted(), [200, ...Array<number>(19).fill(429)], key)
  gateway.kill('SIGTERM')
  await gateway.ended
})
