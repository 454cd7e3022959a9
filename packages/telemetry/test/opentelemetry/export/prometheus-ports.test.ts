import { setImmediate } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import t from 'tap'
import { freePort } from '@floodgate/testing'
import { openPrometheusPorts } from '../../../src/opentelemetry/export/prometheus-ports.ts'

t.test('openPrometheusPorts: a later configuration takes a port over from the one before', async (t) => {
  const lines: string[] = []
  const write = (line: string): void => { lines.push(line) }
  const log = { info: write, warn: write, error: write } as unknown as FastifyBaseLogger
  const exporters = [{ name: 'p', port: await freePort(), listen_ip: '127.0.0.1' }]
  const opened = async (text: string) => {
    const ports = openPrometheusPorts(exporters, () => text, log)
    while (ports.urls.length === 0) await setImmediate()
    t.teardown(() => ports.close())
    return ports
  }
  const read = async ([url]: string[]) => await (await fetch(url!, { headers: { connection: 'close' } })).text()
  const before = await opened('before')
  t.equal(await read(before.urls), 'before')
  const after = await opened('after')
  t.equal(await read(after.urls), 'after')
  await before.close()
  t.equal(await read(after.urls), 'after', 'the end of the one before changes nothing')
  t.notMatch(lines.join('\n'), /cannot listen/)
})
