import t from 'tap'
import { freePort } from '@floodgate/testing'
import { startWorkers } from './support/start-workers.ts'

t.test('workers: one scrape has the sums of all, also of those that ended', { timeout: 300_000 }, async (t) => {
  const metrics = await freePort()
  const stats = await freePort()
  const { command, ask } = await startWorkers(t, 2, {
    'telemetry/metrics': { listen_address: `127.0.0.1:${stats}` },
    'telemetry/opentelemetry': {
      exporters: { prometheus: [{ name: 'prom', port: metrics, listen_ip: '127.0.0.1', process_metrics: true }] }
    }
  })
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
