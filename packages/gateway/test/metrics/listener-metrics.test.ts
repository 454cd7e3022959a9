import t from 'tap'
import { loadConfiguration, type Configuration } from '@floodgate/gateway'
import { createAuthority, waysOfChange } from '@floodgate/testing'
import { createReloadableServer } from '../../src/reload/reloadable-server.ts'

const ca = createAuthority('ca')
const day = 86_400

t.test('listener: metrics and the status page tell how long its certificates are valid, also after they were renewed', async (t) => {
  const first = ca.issue({ cn: 'first', days: 10 })
  const { paths, change } = waysOfChange['by rename'](t, { 'server.pem': first.cert, 'server.key': first.key, 'ca.pem': ca.cert })
  const config = {
    version: 3,
    listen_ip: '127.0.0.1',
    tls: { keys: [{ public_key: paths['server.pem'], private_key: paths['server.key'] }], enable_mtls: true, disable_system_ca_pool: true, ca_certs: [paths['ca.pem']] },
    extra_config: { 'telemetry/logging': { level: 'CRITICAL', stdout: true }, floodgate: { metrics: { port: 0 }, status: { port: 0 } } },
    endpoints: []
  } as unknown as Configuration
  const server = await createReloadableServer(await loadConfiguration(config), {})
  t.teardown(() => server.close())
  await server.listen(0)
  const { metricsUrl, statusUrl } = server.app.floodgate.get()
  /** Days left by use and subject. */
  const read = async (): Promise<Record<string, number>> => {
    const text = await (await fetch(metricsUrl!)).text()
    const found = text.matchAll(/^floodgate_listener_certificate_expiry_timestamp_seconds\{use="(\w+)",from="([^"]+)",subject="([^"]+)"\} (\d+)$/gm)
    return Object.fromEntries(Array.from(found, ([, use, from, subject, time]) => [`${use} ${from} ${subject}`, Math.round((Number(time) - Date.now() / 1000) / day)]))
  }
  const rows = async () => {
    const { tables } = await (await fetch(new URL('/status.json', statusUrl!))).json() as { tables: { id: string, rows: [string, unknown[]][] }[] }
    return tables.find(({ id }) => id === 'certificates')!.rows.map(([, [subject, use, from, client, days]]) => [subject, use, from, client, Math.round(days as number)])
  }
  t.strictSame(await read(), { [`server ${paths['server.pem']} CN=first`]: 10, [`authority ${paths['ca.pem']} CN=ca`]: 2 })
  t.strictSame(await rows(), [['CN=first', 'server', paths['server.pem'], '', 10], ['CN=ca', 'authority', paths['ca.pem'], '', 2]])
  const second = ca.issue({ cn: 'second', days: 60 })
  change({ 'server.pem': second.cert, 'server.key': second.key })
  await server.renew()
  t.strictSame(await read(), { [`server ${paths['server.pem']} CN=second`]: 60, [`authority ${paths['ca.pem']} CN=ca`]: 2 })
  t.strictSame((await rows())[0], ['CN=second', 'server', paths['server.pem'], '', 60])
  const counts = async () => {
    const text = await (await fetch(metricsUrl!)).text()
    return ['renewals_total', 'renewal_failures_total', 'renewal_failing'].map((name) => Number(new RegExp(`^floodgate_listener_${name} (\\d+)$`, 'm').exec(text)?.[1]))
  }
  const [renewed = 0, ...others] = await counts()
  t.ok(renewed > 0)
  t.strictSame(others, [0, 0])
  change({ 'server.key': first.key })
  await server.renew()
  t.equal((await counts())[2], 1)
  t.ok((await counts())[1]! > 0)
  t.match(await read(), { [`server ${paths['server.pem']} CN=second`]: 60 }, 'what is in use')
})
