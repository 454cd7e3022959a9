import { readFileSync, writeFileSync } from 'node:fs'
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

t.test('workers: no counter goes back, through a killed worker, a reload of the settings, and both', { timeout: 300_000 }, async (t) => {
  const metrics = await freePort()
  const settings = (more: object) => ({
    'telemetry/opentelemetry': { exporters: { prometheus: [{ name: 'prom', port: metrics, listen_ip: '127.0.0.1' }] }, ...more }
  })
  const { command, ask, file } = await startWorkers(t, 4, settings({}))
  const counted = /^(?!process_|nodejs_)\w+_(?:total|count|sum|bucket)\{/
  const highest = new Map<string, number>()
  const gone: string[] = []
  /** Reads all counters, and compares them with each scrape before. */
  const scrape = async (): Promise<Map<string, number>> => {
    const text = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text()
    const values = new Map(text.split('\n').filter((line) => counted.test(line)).map((line) => {
      const end = line.lastIndexOf(' ')
      return [line.slice(0, end), Number(line.slice(end + 1))] as const
    }))
    for (const [series, value] of values) {
      if (value < (highest.get(series) ?? 0)) gone.push(`${series} ${highest.get(series)} -> ${value}`)
      highest.set(series, value)
    }
    return values
  }
  const count = async (): Promise<number> => {
    let sum = 0
    for (const [series, value] of await scrape()) if (series.startsWith('http_server_duration_count{') && series.includes('http_route="/a"')) sum += value
    return sum
  }
  /** The last response may have reached its client before the worker has counted it. */
  const until = async (wanted: number): Promise<void> => {
    let seen = await count().catch(() => 0)
    while (seen < wanted) {
      await new Promise(setImmediate)
      // The port of the settings before is closed.
      seen = await count().catch(() => 0)
    }
    t.equal(seen, wanted)
  }
  const said = async (text: RegExp, times: number): Promise<void> => {
    while ((command.output.match(text) ?? []).length < times) await command.next()
  }
  let served = 4
  const kill = async (id: number): Promise<void> => {
    const pids = [...command.output.matchAll(new RegExp(`worker ${id} \\(process (\\d+)\\) serves`, 'g'))]
    process.kill(Number(pids.at(-1)![1]), 'SIGKILL')
    served++
    await command.said(new RegExp(`worker ${id} \\(process ${pids.at(-1)![1]}\\) ended with SIGKILL`))
  }
  let reloads = 0
  const reload = async (more: object): Promise<void> => {
    const { extra_config: _, ...rest } = JSON.parse(readFileSync(file, 'utf8')) as { extra_config: object }
    writeFileSync(file, JSON.stringify({ ...rest, extra_config: settings(more) }))
    command.kill('SIGHUP')
    await said(/configuration reloaded/g, ++reloads)
  }

  await ask(40)
  await until(40)
  await kill(1)
  t.equal(await count(), 40, 'what was reported stays')
  await said(/worker \d \(process \d+\) serves/g, served)
  await ask(20)
  await until(60)

  await reload({ service_name: 'other' })
  await until(60)
  await ask(20)
  await until(80)

  await reload({ histograms: { time_buckets: [0.5, 0.75, 1], size_buckets: [1, 128] }, layers: { backend: { metrics: { round_trip: true } } } })
  await until(80)
  await ask(20)
  await until(100)

  await reload({ deploy_env: 'night' })
  await kill(2)
  await until(100)
  await said(/worker \d \(process \d+\) serves/g, served)
  await ask(20)
  await until(120)
  // Not waited for: at most what these count since their last report is lost.
  await ask(20)
  await kill(3)
  await said(/worker \d \(process \d+\) serves/g, served)
  const last = await count()
  t.ok(last >= 120 && last <= 140, `${last}`)
  t.same(gone, [])
})

t.test('workers: an endpoint chooses at a reload which port has its metrics; none goes back', { timeout: 300_000 }, async (t) => {
  const ports = [await freePort(), await freePort()]
  const { command, ask, file } = await startWorkers(t, 2, {
    'telemetry/opentelemetry': { exporters: { prometheus: ports.map((port, i) => ({ name: `p${i}`, port, listen_ip: '127.0.0.1' })) } }
  })
  const count = async (port: number | undefined): Promise<number[]> => {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
    t.notMatch(text, /floodgate_exporters/)
    return Array.from(text.matchAll(/^krakend_proxy_duration_count\{.*\} (\d+)$/gm), ([, value]) => Number(value))
  }
  const until = async (port: number | undefined, wanted: number): Promise<void> => {
    let seen = await count(port)
    while (seen[0] !== wanted) seen = await count(port)
    t.same(seen, [wanted], 'one series')
  }
  await ask(10)
  for (const port of ports) await until(port, 10)
  const config = JSON.parse(readFileSync(file, 'utf8')) as { endpoints: object[] }
  const override = { 'telemetry/opentelemetry': { exporters_override: { metric_exporters: ['p1'] } } }
  writeFileSync(file, JSON.stringify({ ...config, endpoints: [{ ...config.endpoints[0], extra_config: override }] }))
  command.kill('SIGHUP')
  await command.said(/configuration reloaded/)
  await ask(10)
  await until(ports[1], 20)
  await until(ports[0], 10)
})
