import { mkdtempSync, rmSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger, type LoggingSettings } from '@floodgate/telemetry'
import t from 'tap'
import { readSyslogAddress } from '../../src/syslog/address.ts'
import { receiveDatagrams, receiveStream } from '../support/servers.ts'

const create = (syslogAddress: string, settings: LoggingSettings = {}) => createLogger({ level: 'DEBUG', prefix: '[KRAKEND]', format: 'custom', custom_format: '%{level} %{message}', syslog: true, ...settings }, { stream: { write () {} }, syslogAddress })

const head = (priority: number) => `<${priority}>(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \\d]\\d \\d\\d:\\d\\d:\\d\\d ${hostname()} KRAKEND\\[${process.pid}\\]: `

t.test('syslog: entries are messages of RFC 3164, with facility and severity', async (t) => {
  const syslog = await receiveDatagrams(t)
  const log = await create(`udp://127.0.0.1:${syslog.port}`, { syslog_facility: 'local5' })
  for (const level of ['fatal', 'error', 'warn', 'info', 'debug'] as const) log[level](`at ${level}`)
  const messages = (await syslog.received((all) => all.length === 5)).map(String)
  const wanted = [[2, 'CRITICAL at fatal'], [3, 'ERROR at error'], [4, 'WARNING at warn'], [6, 'INFO at info'], [7, 'DEBUG at debug']] as const
  for (const [i, [severity, text]] of wanted.entries()) t.match(messages[i], new RegExp(`^${head(21 * 8 + severity)}${text}$`))
})

t.test('syslog: local3 is the default facility, and an entry is one line without secrets', async (t) => {
  const syslog = await receiveDatagrams(t)
  const log = await create(`udp://127.0.0.1:${syslog.port}`)
  log.info({ token: 'hunter2' }, 'two\nlines')
  const [message] = await syslog.received((all) => all.length === 1)
  t.match(String(message), new RegExp(`^${head(19 * 8 + 6)}INFO two\\\\nlines token=\\[redacted\\]$`))
})

t.test('syslog: over TCP and a Unix socket each message ends with a line feed', async (t) => {
  // The path of a socket is short.
  const folder = mkdtempSync(join(tmpdir(), 'syslog-'))
  t.teardown(() => { rmSync(folder, { recursive: true }) })
  for (const where of [{ port: 0 }, { path: join(folder, 'log') }]) {
    const syslog = await receiveStream(t, where)
    const log = await create('path' in where ? `unix:${where.path}` : `tcp://127.0.0.1:${syslog.port}`)
    log.info('one')
    log.info('two')
    const text = Buffer.concat(await syslog.received((all) => Buffer.concat(all).toString().split('\n').length === 3)).toString()
    t.match(text, new RegExp(`^${head(158)}INFO one\\n${head(158)}INFO two\\n$`))
  }
})

t.test('syslog: addresses', async (t) => {
  t.strictSame(readSyslogAddress('udp://logs.internal'), { protocol: 'udp', target: { host: 'logs.internal', port: 514 } })
  t.strictSame(readSyslogAddress('tcp://[::1]:601'), { protocol: 'tcp', target: { host: '::1', port: 601 } })
  t.strictSame(readSyslogAddress('unix:///dev/log'), { protocol: 'unix', target: { path: '/dev/log' } })
  for (const address of ['logs', 'http://a', 'udp://', 'udp://a:0', 'udp://a:65536', 'udp://u:p@a', 'unix:log']) {
    t.equal(readSyslogAddress(address), null, address)
    await t.rejects(create(address), { code: 'FG_ERR_TELEMETRY_ADDRESS', namespace: 'floodgate', setting: 'syslog_address' })
  }
})
