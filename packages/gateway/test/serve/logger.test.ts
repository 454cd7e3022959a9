import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, loadConfiguration } from '@floodgate/gateway'
import t from 'tap'

const config = (extra: object) => ({ version: 3, extra_config: extra, endpoints: [{ endpoint: '/a', backend: [{ host: ['http://127.0.0.1:10'], url_pattern: '/' }] }] })

t.test('createServer: the logger sends to GELF and syslog as configured, in the format of telemetry/logstash', async (t) => {
  const socket = createSocket('udp4')
  t.teardown(() => { socket.close() })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  const loaded = await loadConfiguration(config({
    'telemetry/logging': { level: 'INFO', prefix: 'GW', syslog: true },
    'telemetry/gelf': { address: `127.0.0.1:${port}`, enable_tcp: false },
    'telemetry/logstash': { enabled: true },
    floodgate: { syslog_address: `udp://127.0.0.1:${port}` }
  }), { env: {} })
  t.strictSame(loaded.problems, [])
  const app = await createServer(loaded)
  t.teardown(() => app.close())
  const messages: string[] = []
  const both = new Promise<void>((resolve) => { socket.on('message', (message) => { if (messages.push(String(message)) === 2) resolve() }) })
  app.log.info('hello')
  await both
  messages.sort()
  t.match(messages[0], / GW\[\d+\]: \{"@timestamp":".*","@version":1,"level":"INFO","message":"hello","module":"KRAKEND"\}$/)
  t.match(JSON.parse(messages[1]!), { version: '1.1', short_message: 'hello', _prefix: 'GW' })
})

t.test('createServer: addresses of servers that cannot be used are refused at their places', async (t) => {
  const refused = async (extra: object) => createServer(await loadConfiguration(config(extra), { env: {} })).then(() => '', (error: unknown) => (error as Error).message)
  t.match(await refused({ 'telemetry/gelf': { address: 'graylog' } }), /extra_config\["telemetry\/gelf"\]\.address: the address "graylog" cannot be used: write host:port/)
  t.match(await refused({ 'telemetry/logging': { level: 'INFO', syslog: true }, floodgate: { syslog_address: '/dev/log' } }), /extra_config\.floodgate\.syslog_address: the address "\/dev\/log" cannot be used: write udp:\/\//)
})
