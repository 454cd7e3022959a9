import t from 'tap'
import { createSrvDirectory } from '@floodgate/engine'
import { startNameServer } from '@floodgate/testing'

t.test('createSrvDirectory: targets that would be another host, and port 0, are left out', async (t) => {
  const names = await startNameServer(t)
  const directory = createSrvDirectory({ servers: [names.address] })
  t.teardown(() => { directory.close() })
  const wrong = ['a/b', 'a b', 'a@b', 'a:99', 'a#', 'a?x=1', '[::1]', 'a\\b', 'a\0b', '\r\nx: y', '{input}', '%41']
  names.records.set('_x._tcp.test', [
    ...wrong.map((name): [number, number, number, string] => [0, 1, 80, `${name}.test`]),
    [0, 1, 0, 'zero.test'],
    [5, 1, 8080, 'good_1.test'],
    [5, 1, 8080, '127.0.0.1']
  ])
  names.records.set('_none._tcp.test', [[0, 1, 80, 'a/b']])
  const [some, none] = [directory.watch('_x._tcp.test', 'http'), directory.watch('_none._tcp.test', 'http')]
  await directory.ready()
  t.same(some.hosts.map(({ origin }) => origin), ['http://good_1.test:8080', 'http://127.0.0.1:8080'])
  t.same(none.hosts, [])
})

t.test('createSrvDirectory: of hundreds of hosts the same ones are used, whatever their order', async (t) => {
  const names = await startNameServer(t)
  const records = Array.from({ length: 400 }, (_, i): [number, number, number, string] => [0, 1, 80, `h${i}.test`])
  const read = async () => {
    const directory = createSrvDirectory({ servers: [names.address] })
    t.teardown(() => { directory.close() })
    const { hosts } = directory.watch('_x._tcp.test', 'http')
    t.same(hosts, [])
    const service = directory.watch('_x._tcp.test', 'http')
    await directory.ready()
    return service.hosts
  }
  names.records.set('_x._tcp.test', records)
  const hosts = await read()
  t.equal(hosts.length, 256)
  names.records.set('_x._tcp.test', [...records].reverse())
  t.same(await read(), hosts)
})
