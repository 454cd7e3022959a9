import { hostname } from 'node:os'
import { createLogger } from '@floodgate/telemetry'
import t from 'tap'
import { splitGelf } from '../../src/gelf/gelf-message.ts'
import { receiveDatagrams, receiveStream } from '../support/servers.ts'

t.test('telemetry/gelf: entries are sent over UDP as GELF 1.1, without secrets', async (t) => {
  const graylog = await receiveDatagrams(t)
  const lines: string[] = []
  const log = await createLogger({ level: 'INFO', prefix: '[GW]' }, { stream: { write: (line) => { lines.push(line) } }, gelf: { address: `127.0.0.1:${graylog.port}` } })
  log.child({ reqId: 'r-1', id: 7 }).error({ err: new Error('broken'), 'odd name!': [1], authorization: 'Bearer abcdefgh', password: 'hunter2' }, 'failed at http://u:hunter2@h/')
  const [message] = await graylog.received((all) => all.length === 1)
  const gelf = JSON.parse(String(message)) as Record<string, unknown>
  t.match(gelf, { version: '1.1', host: hostname(), short_message: /^failed at http:\/\/\[redacted\]@h\/$/, full_message: /^Error: broken\n/, level: 3, _level_name: 'ERROR', _prefix: '[GW]', _reqId: 'r-1', _id_: 7, _odd_name_: '[1]', _password: '[redacted]' })
  t.ok(Math.abs(Number(gelf['timestamp']) - Date.now() / 1000) < 60)
  t.notMatch(String(message), /hunter2|abcdefgh/)
  t.equal(lines.length, 1, 'and to the stream')
})

t.test('telemetry/gelf: a long message over UDP comes in chunks', async (t) => {
  const graylog = await receiveDatagrams(t)
  const log = await createLogger({ level: 'INFO' }, { stream: { write () {} }, gelf: { address: `127.0.0.1:${graylog.port}`, enable_tcp: false } })
  log.info({ data: 'x'.repeat(20_000) }, 'long')
  const chunks = await graylog.received(([first, ...others]) => first !== undefined && others.length + 1 === first[11])
  t.ok(chunks.length > 10)
  t.ok(chunks.every((chunk) => chunk.length <= 1420 && chunk.readUInt16BE(0) === 0x1e0f && chunk.subarray(2, 10).equals(chunks[0]!.subarray(2, 10))))
  const whole = Buffer.concat(chunks.toSorted((a, b) => a[10]! - b[10]!).map((chunk) => chunk.subarray(12)))
  t.match(JSON.parse(String(whole)), { short_message: 'long', _data: 'x'.repeat(20_000) })
  t.equal(splitGelf(Buffer.alloc(200_000)), null, 'more than 128 chunks cannot be sent')
})

t.test('telemetry/gelf: over TCP each message ends with a NUL', async (t) => {
  const graylog = await receiveStream(t)
  const log = await createLogger({ level: 'WARNING' }, { stream: { write () {} }, gelf: { address: `127.0.0.1:${graylog.port}`, enable_tcp: true } })
  log.info('not this')
  log.warn('one')
  log.fatal('two')
  const text = Buffer.concat(await graylog.received((all) => Buffer.concat(all).filter((byte) => byte === 0).length === 2)).toString()
  t.match(text.split('\0').slice(0, 2).map((part) => JSON.parse(part)), [{ short_message: 'one', level: 4 }, { short_message: 'two', level: 2 }])
  t.ok(text.endsWith('\0'))
})

t.test('telemetry/gelf: an address that cannot be used is refused, with its place', async (t) => {
  for (const address of ['graylog', 'graylog:0', 'graylog:99999', 'http://graylog:1', '']) {
    await t.rejects(createLogger({}, { gelf: { address } }), { code: 'FG_ERR_TELEMETRY_ADDRESS', namespace: 'telemetry/gelf', setting: 'address', message: /write host:port/ }, address)
  }
})
