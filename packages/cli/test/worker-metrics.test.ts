import { once } from 'node:events'
import http from 'node:http'
import t from 'tap'
import { freePort, startOrigin } from '@floodgate/testing'
import { startCommand } from './support/start-command.ts'

t.test('workers: one scrape has the sums of all, also of those that ended', { timeout: 300_000 }, async (t) => {
  const origin = await startOrigin(t, (_, response) => { response.setHeader('content-type', 'application/json').end('{}') })
  const metrics = await freePort()
  const stats = await freePort()
  const dir = t.testdir({
    'krakend.json': JSON.stringify({
      version: 3,
      listen_ip: '127.0.0.1',
      extra_config: {
        'telemetry/metrics': { listen_address: `127.0.0.1:${stats}` },
        'telemetry/opentelemetry': {
          exporters: { prometheus: [{ name: 'prom', port: metrics, listen_ip: '127.0.0.1', process_metrics: true }] }
        }
      },
      endpoints: [{ endpoint: '/a', backend: [{ host: [origin.url], url_pattern: '/' }] }]
    })
  })
  const command = startCommand(t, ['run', '-p', '0', '-c', `${dir}/krakend.json`, '--workers', '2'])
  const [, port] = await command.said(/listening on http:\/\/127\.0\.0\.1:(\d+), 2 workers?\n/)
  await command.said(/(?:worker \d \(process \d+\) serves[^]*){2}/)
  // A connection of its own each time: both workers get some.
  const ask = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i++) {
      const [response] = await once(http.get(`http://127.0.0.1:${port}/a`, { agent: false }), 'response') as [http.IncomingMessage]
      response.resume()
      await once(response, 'end')
    }
  }
  const count = async (): Promise<number> => {
    const text = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text()
    return Number(/^http_server_duration_count\{.*http_route="\/a".*\} (\d+)$/m.exec(text)?.[1] ?? 0)
  }
  const starts = async (): Promise<string[]> => {
    const text = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text()
    return Array.from(text.matchAll(/^process_start_time_seconds(.*) (\d+\.?\d*)$/gm), ([, labels, value]) => {
      return `${labels} ${Math.abs(Number(value) - Date.now() / 1000) < 3_600 ? 'now' : value}`
    }).sort()
  }
  const connected = async (): Promise<number> => {
    const read = await (await fetch(`http://127.0.0.1:${stats}/__stats`)).json() as Record<string, number>
    return read['krakend.router.connected']! + read['krakend.router.connected-total']!
  }
  const reach = async (wanted: number): Promise<number> => {
    let seen = 0
    // The last response may have reached its client before the worker has counted it.
    for (let tries = 0; seen < wanted && tries < 50; tries++) seen = await count()
    return seen
  }
  t.strictSame(await starts(), ['{worker="1"} now', '{worker="2"} now'], 'what describes a process is not added up')
  await ask(20)
  t.equal(await reach(20), 20)
  t.equal(await connected(), 20)
  const [, pid] = /worker 1 \(process (\d+)\) serves/.exec(command.output)!
  process.kill(Number(pid), 'SIGKILL')
  await command.said(/worker 1 \(process \d+\) ended with SIGKILL/)
  t.equal(await count(), 20, 'what the worker counted is kept')
  t.equal(await connected(), 20, 'in telemetry/metrics too')
  await command.said(/worker 1 \(process \d+\) serves[^]*worker 1 \(process \d+\) serves/)
  await ask(10)
  t.equal(await reach(30), 30)
  t.equal(await connected(), 30)
})
