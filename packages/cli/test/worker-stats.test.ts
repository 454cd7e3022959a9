import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import net, { type AddressInfo } from 'node:net'
import t from 'tap'
import { call, freePort } from '@floodgate/testing'
import { startWorkers } from './support/start-workers.ts'

t.test('workers: no number of telemetry/metrics goes back at a reload that changes its settings, nor when workers end', { timeout: 300_000 }, async (t) => {
  const [port, other] = [await freePort(), await freePort()]
  const settings = (listen: number, more: object = {}) => ({
    'telemetry/metrics': { listen_address: `127.0.0.1:${listen}`, collection_time: '1h', ...more }
  })
  const { command, ask, file } = await startWorkers(t, 4, settings(port))
  const counters = ['krakend.router.response./a.status.200.count', 'krakend.proxy.requests.layer.pipe.name./a.complete.true.error.false']
  const highest = new Map<string, number>()
  const back: string[] = []
  const read = async (at: number): Promise<number[]> => {
    const stats = await fetch(`http://127.0.0.1:${at}/__stats`).then((response) => response.json(), () => null) as Record<string, number> | null
    // The port is not open yet.
    if (stats === null) return []
    const values = [...counters.map((name) => stats[name] ?? 0), stats['krakend.router.connected']! + stats['krakend.router.connected-total']!]
    for (const [i, value] of values.entries()) {
      const name = counters[i] ?? 'connected'
      if (value < (highest.get(name) ?? 0)) back.push(`${name}: ${highest.get(name)} -> ${value}`)
      highest.set(name, value)
    }
    return values
  }
  const until = async (at: number, wanted: number): Promise<void> => {
    let seen = await read(at)
    while (seen.length === 0 || seen.some((value) => value < wanted)) {
      await new Promise(setImmediate)
      seen = await read(at)
    }
    t.same(seen, [wanted, wanted, wanted])
  }
  const said = async (text: RegExp, times: number): Promise<void> => {
    while ((command.output.match(text) ?? []).length < times) await command.next()
  }
  let reloads = 0
  const reload = async (extra: object): Promise<void> => {
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')) as object, extra_config: extra }))
    command.kill('SIGHUP')
    await said(/configuration reloaded/g, ++reloads)
  }

  await ask(20)
  await until(port, 20)
  await reload(settings(port, { collection_time: '2h' }))
  await ask(4)
  await until(port, 24)
  await reload(settings(other, { collection_time: '100ms' }))
  await ask(4)
  await until(other, 28)
  t.same(await read(port), [], 'its port is closed')
  await reload(settings(other, { endpoint_disabled: true }))
  await ask(4)
  await reload(settings(port))
  await until(port, 32)
  for (const [i, [, pid]] of [...command.output.matchAll(/worker \d \(process (\d+)\) serves/g)].slice(0, 4).entries()) {
    process.kill(Number(pid), 'SIGKILL')
    await said(/worker \d \(process \d+\) serves/g, 5 + i)
  }
  await ask(4)
  await until(port, 36)
  t.same(back, [])
})

t.test('workers: a reload ends the counts of endpoints that it removes, of workers that serve and of those that have ended', { timeout: 120_000 }, async (t) => {
  const port = await freePort()
  const { command, ask, file } = await startWorkers(t, 2, { 'telemetry/metrics': { listen_address: `127.0.0.1:${port}`, collection_time: '1h' } })
  const read = async () => await (await fetch(`http://127.0.0.1:${port}/__stats`)).json() as Record<string, number>
  const count = async (path: string) => (await read())[`krakend.router.response.${path}.status.200.count`]
  const until = async (path: string, wanted: number): Promise<void> => {
    let seen = await count(path)
    while (seen !== wanted) seen = await count(path)
    t.equal(seen, wanted, path)
  }
  await ask(20)
  await until('/a', 20)
  const [, pid] = /worker \d \(process (\d+)\) serves/.exec(command.output)!
  process.kill(Number(pid), 'SIGKILL')
  await command.said(/(?:worker \d \(process \d+\) serves[^]*){3}/)
  await until('/a', 20)
  const config = JSON.parse(readFileSync(file, 'utf8')) as { endpoints: [{ endpoint: string }] }
  const reload = async (endpoint: string, times: number): Promise<void> => {
    config.endpoints[0].endpoint = endpoint
    writeFileSync(file, JSON.stringify(config))
    command.kill('SIGHUP')
    await command.said(new RegExp(`(?:configuration reloaded[^]*){${times}}`))
  }
  await reload('/b', 1)
  while (Object.keys(await read()).some((name) => name.includes('/a.')));
  await reload('/a', 2)
  await ask(4)
  await until('/a', 4)
  while (Object.keys(await read()).some((name) => name.includes('/b.')));
})

t.test('workers: a reload of the same configuration opens the port of /__stats that was in use', { timeout: 120_000 }, async (t) => {
  const other = net.createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const { command } = await startWorkers(t, 2, { 'telemetry/metrics': { listen_address: `127.0.0.1:${port}` } })
  await command.said(/telemetry\/metrics: [\d.:]+ cannot be opened/)
  other.close()
  await once(other, 'close')
  command.kill('SIGHUP')
  let status = 0
  while (status === 0) status = await call(`http://127.0.0.1:${port}/__stats`).then(({ status }) => status, () => 0)
  t.equal(status, 200)
})
