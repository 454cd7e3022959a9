import t, { type Test } from 'tap'
import { createAddressDirectory, type AddressDirectoryOptions } from '@floodgate/engine'
import { startNameServer, until } from '@floodgate/testing'

async function start (t: Test, options: AddressDirectoryOptions = {}) {
  const names = await startNameServer(t)
  const told: string[] = []
  const directory = createAddressDirectory({
    servers: [names.address],
    onError: (name, error) => { told.push(`${name} ${(error as NodeJS.ErrnoException).code}`) },
    onFound: (name) => { told.push(`${name} found`) },
    ...options
  })
  t.teardown(() => { directory.close() })
  return { names, told, directory }
}

t.test('createAddressDirectory: addresses of both families, IPv4 first, looked up once for all backends of a name', async (t) => {
  const { names, directory } = await start(t)
  names.addresses.set('api.test', ['10.0.0.2', '::2', '10.0.0.1', 'fd00::1:2'])
  const api = directory.watch('api.test')
  t.equal(directory.watch('api.test'), api)
  t.same(api.addresses, [], 'nothing is known yet')
  await directory.ready()
  t.same(api.addresses, ['10.0.0.1', '10.0.0.2', '::2', 'fd00::1:2'])
})

t.test('createAddressDirectory: looks up again when the TTL is over, but not later than the longest, nor sooner than after a second', async (t) => {
  const { names, directory } = await start(t, { maxTtl: 1000 })
  names.addresses.set('long.test', ['10.0.0.1'])
  names.ttls.set('long.test', 3600)
  names.addresses.set('short.test', ['10.0.0.1'])
  names.ttls.set('short.test', 0)
  const [long, short] = [directory.watch('long.test'), directory.watch('short.test')]
  await directory.ready()
  const before = [long.addresses, short.addresses]
  names.addresses.set('long.test', ['10.0.0.2', '10.0.0.1'])
  names.addresses.set('short.test', ['10.0.0.1'])
  await until(() => long.addresses.length === 2)
  t.same(before, [['10.0.0.1'], ['10.0.0.1']])
  await names.asked()
  t.equal(short.addresses, before[1], 'the same list until they change')
})

t.test('createAddressDirectory: a name that goes away keeps its last addresses, and that is told once', async (t) => {
  const { names, told, directory } = await start(t, { maxTtl: 1000 })
  names.addresses.set('api.test', ['10.0.0.1'])
  const api = directory.watch('api.test')
  await directory.ready()
  names.addresses.delete('api.test')
  await until(() => told.length > 0)
  for (let i = 0; i < 4; i++) await names.asked()
  t.same(told, ['api.test ENOTFOUND'])
  t.same(api.addresses, ['10.0.0.1'])
  names.addresses.set('api.test', ['10.0.0.3'])
  await until(() => told.length > 1)
  t.same([told.at(-1), api.addresses], ['api.test found', ['10.0.0.3']])
})

t.test('createAddressDirectory: no answer stops nothing, close ends the wait, and is no failure', async (t) => {
  const { names, told, directory } = await start(t)
  names.isSilent = true
  const api = directory.watch('api.test')
  await names.asked()
  directory.close()
  await directory.ready()
  t.same([api.addresses, told], [[], []])
})

t.test('createAddressDirectory: what was known before is used while the DNS is away', async (t) => {
  const remembered = new Map<string, readonly string[]>()
  const first = await start(t, { remembered })
  first.names.addresses.set('api.test', ['10.0.0.1'])
  first.directory.watch('api.test')
  await first.directory.ready()
  const second = await start(t, { remembered })
  second.names.isSilent = true
  const api = second.directory.watch('api.test')
  await second.directory.ready()
  t.same(api.addresses, ['10.0.0.1'])
  const checked = await start(t, { lookups: false })
  const asked = checked.names.asked().then(() => 'asked')
  checked.directory.watch('api.test')
  await checked.directory.ready()
  t.equal(await Promise.race([asked, new Promise((resolve) => { setImmediate(resolve, 'not asked') })]), 'not asked')
})

t.test('createAddressDirectory: names without a dot are looked up as the system does it', async (t) => {
  const { directory } = await start(t)
  const local = directory.watch('localhost')
  await directory.ready()
  t.ok(local.addresses.includes('127.0.0.1'))
})
