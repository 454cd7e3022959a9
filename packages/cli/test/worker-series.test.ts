import { readFileSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { freePort } from '@floodgate/testing'
import { startWorkers } from './support/start-workers.ts'

t.test('workers: series with static attributes that a reload changes end, also those of workers that ended before', { timeout: 300_000 }, async (t) => {
  const port = await freePort()
  const settings = (...attributes: string[]) => {
    const statics = attributes.map((name) => ({ key: name, value: 'x' }))
    return {
      'telemetry/opentelemetry': {
        exporters: { prometheus: [{ name: 'p', port, listen_ip: '127.0.0.1' }] },
        layers: {
          global: { metrics_static_attributes: statics },
          proxy: { metrics_static_attributes: statics },
          backend: { metrics: { round_trip: true, static_attributes: statics } }
        }
      }
    }
  }
  const { command, ask, file } = await startWorkers(t, 4, settings('a', 'b'))
  const scrape = async (): Promise<string> => await fetch(`http://127.0.0.1:${port}/metrics`).then((response) => response.text(), () => '')
  const counts = (text: string, label: string): number[] => {
    return ['http_server_duration_count', 'krakend_proxy_duration_count', 'krakend_backend_duration_count', 'http_client_request_started_count_total']
      .map((name) => Number(new RegExp(`^${name}\\{.*\\b${label}="x".*\\} (\\d+)$`, 'm').exec(text)?.[1] ?? 0))
  }
  const until = async (label: string, wanted: number): Promise<string> => {
    let text = await scrape()
    while (counts(text, label).some((count) => count !== wanted)) {
      await new Promise(setImmediate)
      text = await scrape()
    }
    return text
  }
  const said = async (text: RegExp, times: number): Promise<void> => {
    while ((command.output.match(text) ?? []).length < times) await command.next()
  }
  const reload = async (extra: object, times: number): Promise<void> => {
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')) as object, extra_config: extra }))
    command.kill('SIGHUP')
    await said(/configuration reloaded/g, times)
  }

  await ask(20)
  await until('a', 20)
  await reload(settings('b', 'a'), 1)
  await ask(4)
  t.equal((await until('a', 24)).match(/^krakend_proxy_duration_count\{/gm)?.length, 1, 'in another order they are the same')
  // All that was counted is of workers that have ended.
  for (const [i, [, pid]] of [...command.output.matchAll(/worker \d \(process (\d+)\) serves/g)].slice(0, 4).entries()) {
    process.kill(Number(pid), 'SIGKILL')
    await said(/worker \d \(process \d+\) serves/g, 5 + i)
  }
  await until('a', 24)
  await reload(settings('c'), 2)
  await ask(10)
  const first = await until('c', 10)
  t.same(counts(first, 'a'), [0, 0, 0, 0], 'of ended workers')
  await reload(settings('d'), 3)
  let text = await scrape()
  while (text === '' || text.includes('c="x"')) text = await scrape()
  await ask(5)
  t.notMatch(await until('d', 5), /[abc]="x"/)
})
