import { once } from 'node:events'
import http from 'node:http'
import t from 'tap'
import { freePort, startOrigin } from '@floodgate/testing'
import { startCommand } from './support/start-command.ts'

interface Status { tables: { id: string, rows: [string, (string | number | null)[]][] }[] }

t.test('workers: one status page, with the sums of all of them', { timeout: 120_000 }, async (t) => {
  const origin = await startOrigin(t, (_, response) => { response.setHeader('content-type', 'application/json').end('{}') })
  const status = await freePort()
  const dir = t.testdir({
    'krakend.json': JSON.stringify({
      version: 3,
      listen_ip: '127.0.0.1',
      extra_config: { floodgate: { status: { port: status } } },
      endpoints: [{ endpoint: '/a', backend: [{ host: [origin.url], url_pattern: '/' }] }]
    })
  })
  const command = startCommand(t, ['run', '-p', '0', '-c', `${dir}/krakend.json`, '--workers', '2'])
  const [, port] = await command.said(/listening on http:\/\/127\.0\.0\.1:(\d+), 2 workers\n/)
  await command.said(/(?:worker \d \(process \d+\) serves[^]*){2}/)
  t.match(command.output, new RegExp(`status page at http://127\\.0\\.0\\.1:${status}/`))
  for (let i = 0; i < 6; i++) {
    const [response] = await once(http.get(`http://127.0.0.1:${port}/a`, { agent: false }), 'response') as [http.IncomingMessage]
    response.resume()
    await once(response, 'end')
  }
  let rows = new Map<string, (string | number | null)[][]>()
  // Reports of workers come within a second.
  while (rows.get('endpoints')?.[0]?.[8] !== 6) {
    const { tables } = await (await fetch(`http://127.0.0.1:${status}/status.json`)).json() as Status
    rows = new Map(tables.map(({ id, rows }) => [id, rows.map(([, cells]) => cells)]))
  }
  t.match(rows.get('workers'), [[1, Number, 'serving'], [2, Number, 'serving']])
  t.strictSame(rows.get('processes')!.map(([worker]) => worker).sort(), ['0', '1', '2'])
})
