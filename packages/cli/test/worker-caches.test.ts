import t from 'tap'
import { call, startOrigin } from '@floodgate/testing'
import { startCommand } from './support/start-command.ts'

/** Answer to a request on a connection of its own: the workers take connections in turn. */
const ask = async (method: string, url: string) => (await call(url, { method })).body.toString()

t.test('run --workers: an answer that one worker keeps is every worker\'s, until a request to any of them changes it', { timeout: 180_000 }, async (t) => {
  let [version, reads] = [1, 0]
  const origin = await startOrigin(t, (request, response) => {
    if (request.method === 'POST') version++
    else reads++
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'max-age=600' }).end(`{"version":${version}}`)
  })
  const extra = { 'qos/http-cache': { shared: true } }
  const endpoint = (method: string) => ({ endpoint: '/{id}', method, backend: [{ host: [origin.url], url_pattern: '/{id}', method, extra_config: extra }] })
  const file = `${t.testdir({ 'krakend.json': JSON.stringify({ version: 3, listen_ip: '127.0.0.1', endpoints: [endpoint('GET'), endpoint('POST')] }) })}/krakend.json`
  const gateway = startCommand(t, ['run', '-p', '0', '-c', file, '--workers', '3'])
  const [, address] = await gateway.said(/listening on (http:\/\/127\.0\.0\.1:\d+), 3 workers/) as unknown as [string, string]
  const url = `${address}/a`
  /** Resolves when all workers answer so without asking the backend. */
  const agreed = async (body: string) => {
    for (let still = 0; still < 9;) {
      const before = reads
      const got = await ask('GET', url)
      still = got === body && reads === before ? still + 1 : 0
    }
  }
  t.equal(await ask('GET', url), '{"version":1}')
  await agreed('{"version":1}')
  const before = reads
  for (let id = 0; id < 20; id++) for (let i = 0; i < 6; i++) await ask('GET', `${address}/${id}`)
  // Each worker for itself would ask for all of them.
  t.ok(reads - before < 60, `${reads - before} calls filled three caches with 20 answers`)
  await ask('POST', url)
  await agreed('{"version":2}')
  gateway.kill('SIGTERM')
  await gateway.ended
})
