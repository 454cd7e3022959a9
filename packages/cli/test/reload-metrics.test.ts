import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { startCommand } from './support/start-command.ts'

t.test('workers: one port tells the revision and the reloads of all of them', { timeout: 120_000 }, async (t) => {
  const file = join(t.testdir({}), 'krakend.json')
  const configuration = (...paths: string[]) => JSON.stringify({
    version: 3,
    listen_ip: '127.0.0.1',
    extra_config: { floodgate: { metrics: { port: 0 } } },
    endpoints: paths.map((endpoint) => ({ endpoint, backend: [{ host: ['http://127.0.0.1:9999'], url_pattern: '/' }] }))
  })
  const revisionOf = (text: string) => createHash('sha256').update(text).digest('hex')
  writeFileSync(file, configuration('/a'))
  const command = startCommand(t, ['run', '-p', '0', '-c', file, '--workers', '4'])
  const said = async (line: RegExp, times: number) => {
    while ((command.output.match(line) ?? []).length < times) await command.next()
  }
  await said(/worker \d \(process \d+\) serves/g, 4)
  const [url, ...others] = [...command.output.matchAll(/metrics at (http:\S+)/g)].map(([, url]) => url!)
  const scrape = async () => (await (await fetch(url!)).text()).split('\n').filter((line) => /^floodgate_config_/.test(line)).sort()
  const expected = (text: string, success: number, failure: number) => [
    `floodgate_config_info{revision="${revisionOf(text)}"} 1`,
    `floodgate_config_reloads_total{result="failure"} ${failure}`,
    `floodgate_config_reloads_total{result="success"} ${success}`
  ]
  t.same(others, [])
  t.same(await scrape(), expected(configuration('/a'), 0, 0))
  for (const [i, paths] of [['/a', '/b'], ['/c']].entries()) {
    writeFileSync(file, configuration(...paths))
    command.kill('SIGHUP')
    await said(/configuration reloaded/g, i + 1)
    t.same(await scrape(), expected(configuration(...paths), i + 1, 0))
  }
  writeFileSync(file, configuration('/d', '/d'))
  command.kill('SIGHUP')
  await said(/configuration not reloaded/g, 1)
  const after = expected(configuration('/c'), 2, 1)
  while (JSON.stringify(await scrape()) !== JSON.stringify(after)) await new Promise(setImmediate)
  t.same(await scrape(), after)
})
