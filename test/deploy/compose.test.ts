import { execFile } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { parse } from 'yaml'
import { freePort, missingProgram, missingRedis, startRedis } from '@floodgate/testing'
import { startCommand } from '../../packages/cli/test/support/start-command.ts'
import { startProgram } from '../conformance/gateway-process.ts'

const folder = path.resolve(import.meta.dirname, '../../examples/compose')
const read = (name: string) => fs.readFileSync(path.join(folder, name), 'utf8')

interface Service {
  image: string
  build?: string
  command?: string[]
  ports?: string[]
  volumes?: string[]
  depends_on?: string[] | Record<string, { condition: string }>
  healthcheck?: { test: string[] }
}
interface Compose { services: Record<string, Service>, volumes: Record<string, unknown> }

const { services, volumes } = parse(read('compose.yaml')) as Compose

t.test('compose.yaml: images have a version, what is mounted exists, and services that others wait for say when they are ready', (t) => {
  for (const [name, service] of Object.entries(services)) {
    t.match(service.image, /:v?\d+[.\w-]*$/, name)
    for (const volume of service.volumes ?? []) {
      const [source, target, mode] = volume.split(':')
      t.ok(target!.startsWith('/'), volume)
      if (!source!.startsWith('.')) t.ok(source! in volumes, volume)
      else t.ok(fs.statSync(path.join(folder, source!)).isDirectory() && mode === 'ro', `${volume}: a folder that is only read`)
    }
    for (const [other, wait] of Object.entries(Array.isArray(service.depends_on) ? {} : service.depends_on ?? {})) {
      t.equal(wait.condition, 'service_healthy')
      t.ok(services[other]!.healthcheck, `${other} has a healthcheck`)
    }
  }
  t.end()
})

t.test('compose.yaml: the gateway has no more rights than it needs, and serves what is mounted', (t) => {
  const { gateway } = services as { gateway: Service & Record<string, unknown> }
  t.match(gateway, { read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] })
  t.ok(fs.existsSync(path.join(folder, gateway.build!, 'Dockerfile')))
  const dockerfile = fs.readFileSync(path.join(folder, gateway.build!, 'Dockerfile'), 'utf8')
  t.match(dockerfile, /^EXPOSE 8080$/m)
  t.ok(gateway.volumes!.includes('./gateway:/etc/floodgate:ro'))
  t.same(gateway.command!.slice(0, 3), JSON.parse(/^CMD (\[.*\])$/m.exec(dockerfile)![1]!), 'what the image would run, and more')
  const { port } = JSON.parse(read('gateway/krakend.json')) as { port: number }
  t.same(gateway.ports, [`${port}:${port}`])
  t.end()
})

t.test('prometheus.yml: scrapes the port that the gateway serves metrics on', { skip: missingProgram('promtool', 'get it with `apt-get install prometheus`') ?? false }, async (t) => {
  await t.resolves(promisify(execFile)('promtool', ['check', 'config', path.join(folder, 'prometheus/prometheus.yml')]))
  const { scrape_configs: [job] } = parse(read('prometheus/prometheus.yml')) as { scrape_configs: { static_configs: { targets: string[] }[] }[] }
  const { extra_config: { floodgate } } = JSON.parse(read('gateway/krakend.json')) as { extra_config: { floodgate: { metrics: { port: number } } } }
  t.same(job!.static_configs, [{ targets: [`gateway:${floodgate.metrics.port}`] }])
})

t.test('Grafana: asks that Prometheus, and finds dashboards where they are mounted', (t) => {
  const { datasources: [source] } = parse(read('grafana/datasources/prometheus.yaml')) as { datasources: { url: string }[] }
  t.equal(source!.url, 'http://prometheus:9090')
  const { providers: [provider] } = parse(read('grafana/dashboards/floodgate.yaml')) as { providers: { options: { path: string } }[] }
  t.ok(services['grafana']!.volumes!.includes(`./grafana/dashboards:${provider!.options.path}:ro`))
  t.end()
})

t.test('the gateway of compose.yaml: serves its upstream within the limit that Redis counts', { skip: missingRedis() ?? false, timeout: 60_000 }, async (t) => {
  const redis = await startRedis(t)
  const port = await freePort()
  const upstream = await startProgram(process.execPath, [path.join(folder, 'upstream/orders.mjs')], port, { PORT: String(port) })
  t.teardown(() => upstream.stop())
  const config = read('gateway/krakend.json').replace('redis:6379', `127.0.0.1:${redis.port}`).replace('upstream:3000', `127.0.0.1:${port}`)
    .replace('"port": 9091', '"port": 0').replace('"client_max_rate": 100', '"client_max_rate": 2')
  const gateway = startCommand(t, ['run', '-p', '0', '-c', path.join(t.testdir({ 'krakend.json': config }), 'krakend.json')])
  const [, at] = await gateway.said(/listening on \S+:(\d+)/)
  const get = () => fetch(`http://127.0.0.1:${at}/orders/7`)
  t.same(await (await get()).json(), { order: '7', state: 'shipped' })
  const statuses = await Promise.all(Array.from({ length: 5 }, async () => (await get()).status))
  t.ok(statuses.includes(429), statuses.join())
  const [, metrics] = await gateway.said(/metrics at (http:\S+)/)
  t.match(await (await fetch(metrics!.replace('0.0.0.0', '127.0.0.1'))).text(), /^floodgate_config_info\{/m)
})
