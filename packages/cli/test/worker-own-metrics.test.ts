import t from 'tap'
import { freePort, missingProgram, startOrigin, startPrometheus } from '@floodgate/testing'
import { startCommand } from './support/start-command.ts'
import { startWorkers } from './support/start-workers.ts'

const withoutPrometheus = missingProgram('prometheus', 'get it with `apt-get install prometheus`')

t.test('workers: Prometheus scrapes one port, and its sums are right through a killed worker', { timeout: 300_000, skip: withoutPrometheus ?? false }, async (t) => {
  const metrics = await freePort()
  const { command, ask } = await startWorkers(t, 4, { floodgate: { metrics: { port: metrics } } })
  t.match(command.output, new RegExp(`metrics at http://127\\.0\\.0\\.1:${metrics}/metrics`))
  const { query } = await startPrometheus(t, {
    global: { scrape_interval: '1s' },
    scrape_configs: [{ job_name: 'floodgate', static_configs: [{ targets: [`127.0.0.1:${metrics}`] }] }]
  })
  const until = async (text: string, wanted: number): Promise<void> => {
    let seen: number | undefined
    while (seen !== wanted) [{ value: seen } = { value: undefined }] = await query(text)
    t.equal(seen, wanted, text)
  }
  const requests = 'floodgate_http_requests_total{endpoint="/a",status="200"}'
  await ask(40)
  await until(requests, 40)
  await until('floodgate_http_request_duration_seconds_count{endpoint="/a"}', 40)
  await until('sum(floodgate_client_requests_total)', 40)
  await until('count(process_resident_memory_bytes)', 5)
  await until('floodgate_workers{state="serving"}', 4)

  const [, pid] = /worker 1 \(process (\d+)\) serves/.exec(command.output)!
  const killed = Date.now() / 1000
  process.kill(Number(pid), 'SIGKILL')
  await command.said(/worker 1 \(process \d+\) ended with SIGKILL/)
  await command.said(/worker 1 \(process \d+\) serves[^]*worker 1 \(process \d+\) serves/)
  await until('floodgate_worker_restarts_total{reason="SIGKILL"}', 1)
  const [{ value: last } = { value: 0 }] = await query('floodgate_worker_last_restart_timestamp_seconds{reason="SIGKILL"}')
  t.ok(last >= killed && last <= Date.now() / 1000, 'when it was the last time')
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
