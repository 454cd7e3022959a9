import { spawn } from 'node:child_process'
import { once } from 'node:events'
import http from 'node:http'
import t, { type Test } from 'tap'
import { freePort, missingProgram, startOrigin } from '@floodgate/testing'
import { startCommand } from './support/start-command.ts'

const withoutPrometheus = missingProgram('prometheus', 'get it with `apt-get install prometheus`')

/** Starts a Prometheus that scrapes an address each second; gives a function that returns the values of a query by their labels. */
async function startPrometheus (t: Test, target: string) {
  const port = await freePort()
  const dir = t.testdir({
    'prometheus.yml': JSON.stringify({
      global: { scrape_interval: '1s' },
      scrape_configs: [{ job_name: 'floodgate', static_configs: [{ targets: [target] }] }]
    })
  })
  const child = spawn('prometheus', [`--config.file=${dir}/prometheus.yml`, `--storage.tsdb.path=${dir}/data`, `--web.listen-address=127.0.0.1:${port}`], { stdio: 'ignore' })
  t.teardown(async () => {
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
  return async function query (text: string): Promise<{ labels: Record<string, string>, value: number }[]> {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(text)}`)
      const { data } = await response.json() as { data: { result: { metric: Record<string, string>, value: [number, string] }[] } }
      return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
    } catch {
      return [] // It has not started yet.
    }
  }
}

t.test('workers: Prometheus scrapes one port, and its sums are right through a killed worker', { timeout: 300_000, skip: withoutPrometheus ?? false }, async (t) => {
  const origin = await startOrigin(t, (_, response) => { response.setHeader('content-type', 'application/json').end('{}') })
  const metrics = await freePort()
  const dir = t.testdir({
    'krakend.json': JSON.stringify({
      version: 3,
      listen_ip: '127.0.0.1',
      extra_config: { floodgate: { metrics: { port: metrics } } },
      endpoints: [{ endpoint: '/a', backend: [{ host: [origin.url], url_pattern: '/' }] }]
    })
  })
  const command = startCommand(t, ['run', '-p', '0', '-c', `${dir}/krakend.json`, '--workers', '4'])
  const [, port] = await command.said(/listening on http:\/\/127\.0\.0\.1:(\d+), 4 workers\n/)
  await command.said(/(?:worker \d \(process \d+\) serves[^]*){4}/)
  t.match(command.output, new RegExp(`metrics at http://127\\.0\\.0\\.1:${metrics}/metrics`))
  const query = await startPrometheus(t, `127.0.0.1:${metrics}`)
  const until = async (text: string, wanted: number): Promise<void> => {
    let seen: number | undefined
    while (seen !== wanted) [{ value: seen } = { value: undefined }] = await query(text)
    t.equal(seen, wanted, text)
  }
  // A connection of its own each time: several workers get some.
  const ask = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i++) {
      const [response] = await once(http.get(`http://127.0.0.1:${port}/a`, { agent: false }), 'response') as [http.IncomingMessage]
      response.resume()
      await once(response, 'end')
    }
  }
  const requests = 'floodgate_http_requests_total{endpoint="/a",status="200"}'
  await ask(40)
  await until(requests, 40)
  await until('floodgate_http_request_duration_seconds_count{endpoint="/a"}', 40)
  await until('sum(floodgate_client_requests_total)', 40)
  await until('count(process_resident_memory_bytes)', 5)
  await until('floodgate_workers{state="serving"}', 4)

  const [, pid] = /worker 1 \(process (\d+)\) serves/.exec(command.output)!
  process.kill(Number(pid), 'SIGKILL')
  await command.said(/worker 1 \(process \d+\) ended with SIGKILL/)
  await command.said(/worker 1 \(process \d+\) serves[^]*worker 1 \(process \d+\) serves/)
  await until('floodgate_worker_restarts_total{reason="SIGKILL"}', 1)
  await until(requests, 40)
  await ask(20)
  await until(requests, 60)
  await until('sum(floodgate_client_requests_total)', 60)
  await until(`resets(${requests}[1h])`, 0)
  await until('count(process_resident_memory_bytes)', 5)
  await until('floodgate_http_requests_in_flight{endpoint="/a"}', 0)
})

t.test('workers: a port in use stops the start, with one message', async (t) => {
  const taken = await startOrigin(t, () => {})
  const dir = t.testdir({
    'krakend.json': JSON.stringify({ version: 3, extra_config: { floodgate: { metrics: { port: Number(taken.port) } } }, endpoints: [] })
  })
  const command = startCommand(t, ['run', '-p', '0', '-c', `${dir}/krakend.json`, '--workers', '2'])
  const { status } = await command.ended
  t.not(status, 0)
  t.match(command.output, new RegExp(`the metrics cannot be served on 127\\.0\\.0\\.1:${taken.port}: the port is already in use`))
  t.notMatch(command.output, /serves/)
})
