import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import { test } from 'tap'
import { call } from '@floodgate/testing'
import { keepStatsPort } from '../../src/stats/kept-stats-port.ts'

test('a port that could not be opened is tried again for the same address, and one that is open stays', async (t) => {
  const other = net.createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const messages: unknown[] = []
  const log = { error: (...line: unknown[]) => { messages.push(line[1]) } }
  const kept = keepStatsPort(() => [{ numbers: [['requests', 3]], samples: [] }])
  t.teardown(() => kept.close())
  const statusOf = async (host = '127.0.0.1'): Promise<number> => (await call(`http://${host}:${port}/__stats`)).status

  await kept.serve(`127.0.0.1:${port}`, log)
  t.match(messages, [/cannot be opened$/])
  other.close()
  await once(other, 'close')
  await kept.serve(`127.0.0.1:${port}`, log)
  t.equal(await statusOf(), 200)

  const stays = net.connect(port, '127.0.0.1')
  t.teardown(() => { stays.destroy() })
  await once(stays, 'connect')
  await kept.serve(`127.0.0.1:${port}`, log)
  t.equal(stays.readyState, 'open')

  await kept.serve(`0.0.0.0:${port}`, log)
  t.equal(await statusOf('127.0.0.2'), 200, 'another address of the same port')
  await kept.serve(null, log)
  await t.rejects(statusOf())
  t.equal(messages.length, 1)
})
