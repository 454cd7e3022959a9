import t from 'tap'
import { freePort } from '@floodgate/testing'
import { startWorkers } from './support/start-workers.ts'

interface Status { tables: { id: string, rows: [string, (string | number | null)[]][] }[] }

t.test('workers: one status page, with the sums of all of them', { timeout: 120_000 }, async (t) => {
  const status = await freePort()
  const { command, ask } = await startWorkers(t, 2, { floodgate: { status: { port: status } } })
  t.match(command.output, new RegExp(`status page at http://127\\.0\\.0\\.1:${status}/`))
  await ask(6)
  let rows = new Map<string, (string | number | null)[][]>()
  // Reports of workers come within a second.
  while (rows.get('endpoints')?.[0]?.[8] !== 6) {
    const { tables } = await (await fetch(`http://127.0.0.1:${status}/status.json`)).json() as Status
    rows = new Map(tables.map(({ id, rows }) => [id, rows.map(([, cells]) => cells)]))
  }
  t.match(rows.get('workers'), [[1, Number, 'serving'], [2, Number, 'serving']])
  t.strictSame(rows.get('processes')!.map(([worker]) => worker).sort(), ['0', '1', '2'])
  process.kill(rows.get('workers')![0]![1] as number, 'SIGKILL')
  await command.said(/worker 1 \(process \d+\) serves[^]*worker 1 \(process \d+\) serves/)
  const { tables } = await (await fetch(`http://127.0.0.1:${status}/status.json`)).json() as Status
  const of = (id: string) => tables.find((table) => table.id === id)!.rows.map(([, cells]) => cells)
  t.match(of('workers'), [[1, Number, 'serving'], [2, Number, 'serving']])
  t.match(of('restarts').find(([reason]) => reason === 'SIGKILL'), ['SIGKILL', 1])
  t.equal(of('endpoints')[0]![8], 6, 'what the worker counted stays')
})
