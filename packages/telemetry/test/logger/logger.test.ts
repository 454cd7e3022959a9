import { fork } from 'node:child_process'
import { hostname } from 'node:os'
import { Fault } from '@floodgate/core'
import { createLogger, type LoggerOptions, type LoggingSettings } from '@floodgate/telemetry'
import { readAll } from '@floodgate/testing'
import t from 'tap'

process.env['TZ'] = 'UTC'
delete process.env['NO_COLOR']

/** A logger, and the lines it wrote. */
async function collect (settings?: LoggingSettings, options: LoggerOptions = {}) {
  const lines: string[] = []
  return { lines, log: await createLogger(settings, { stream: { write: (line) => lines.push(line) }, ...options }) }
}

const date = '\\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d'

t.test('createLogger: each format writes a line per entry', async (t) => {
  const cases: [string, LoggingSettings | undefined, RegExp][] = [
    ['not configured', undefined, new RegExp(`^${date} KRAKEND INFO: hello reqId=req-1\\n$`)],
    ['default', { prefix: '[KRAKEND]' }, new RegExp(`^${date} \\[KRAKEND\\] INFO: hello reqId=req-1\\n$`)],
    ['default without prefix', { format: 'default' }, new RegExp(`^${date} INFO: hello reqId=req-1\\n$`)],
    ['an unknown one', { format: 'gelf' }, new RegExp(`^${date} INFO: hello reqId=req-1\\n$`)],
    ['custom', { format: 'custom', custom_format: '%{time:2006-01-02} %{level:.4s}|%{id:03d} %{module} %{pid} %{program} %{shortfile} %{message:-20s}|', prefix: 'x' }, new RegExp(`^\\d{4}-\\d\\d-\\d\\d INFO\\|001 KRAKEND ${process.pid} \\S+ \\?\\?\\? hello reqId=req-1   \\|\\n$`)],
    ['custom with colors', { format: 'custom', custom_format: '%{color}%{color:bold}%{level}%{color:reset} 100% {sure}' }, /^INFO.\[0m 100% \{sure\}\n$/]
  ]
  for (const [name, settings, want] of cases) {
    const { lines, log } = await collect(settings)
    log.child({ reqId: 'req-1' }).info('hello')
    t.equal(lines.length, 1)
    t.match(lines[0], want, name)
  }
})

t.test('createLogger: blanks before a message stay, as in the excerpts of problems; fields without a message have none', async (t) => {
  const { lines, log } = await collect({ format: 'custom', custom_format: '%{message}' })
  log.error('    | ^')
  log.error({ port: 1 })
  t.strictSame(lines, ['    | ^\n', 'port=1\n'])
})

t.test('createLogger: JSON formats keep fields as fields', async (t) => {
  const logstash = await collect({ format: 'logstash', prefix: 'unused' })
  logstash.log.warn({ level: 'mine', n: 1, nested: { a: ['"'] } }, 'say "hello"\n')
  const { '@timestamp': timestamp, ...line } = JSON.parse(logstash.lines[0]!)
  t.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/)
  t.strictSame(line, { '@version': 1, level: 'WARNING', message: 'say "hello"\n', module: 'KRAKEND', level_: 'mine', n: 1, nested: { a: ['"'] } })
  const json = await collect({ format: 'json', prefix: 'gw' })
  json.log.info({ time: 'mine' }, 'hello')
  t.match(JSON.parse(json.lines[0]!), { level: 'INFO', message: 'hello', prefix: 'gw', time: 'mine' })
  t.notOk(json.lines[0]!.includes(hostname()))
})

t.test('createLogger: colors follow the level, and NO_COLOR', async (t) => {
  const settings = { format: 'custom', custom_format: '%{color}%{level}%{color:bold}%{message}', level: 'DEBUG' } as const
  const { lines, log } = await collect(settings)
  log.debug('d')
  log.error('e')
  log.fatal('f')
  t.strictSame(lines, ['\u001b[36mDEBUG\u001b[36;1md\n', '\u001b[31mERROR\u001b[31;1me\n', '\u001b[35mCRITICAL\u001b[35;1mf\n'])
  process.env['NO_COLOR'] = '1'
  t.teardown(() => { delete process.env['NO_COLOR'] })
  const plain = await collect(settings)
  plain.log.debug('d')
  t.strictSame(plain.lines, ['DEBUGd\n'])
})

t.test('createLogger: maps levels, and -dd lowers them', async (t) => {
  const written = async (settings: LoggingSettings | undefined, debug = 0) => {
    const { lines, log } = await collect({ ...settings, format: 'custom', custom_format: '%{level}' }, { debug })
    for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const) log[level]('x')
    return lines.map((line) => line.trim()).join(' ')
  }
  t.equal(await written(undefined), 'INFO WARNING ERROR CRITICAL')
  t.equal(await written({ level: 'DEBUG' }), 'DEBUG INFO WARNING ERROR CRITICAL')
  t.equal(await written({ level: 'warning' }), 'WARNING ERROR CRITICAL')
  t.equal(await written({ level: 'NOTICE' }), 'INFO WARNING ERROR CRITICAL')
  t.equal(await written({ level: 'ERROR' }), 'ERROR CRITICAL')
  t.equal(await written({ level: 'CRITICAL' }), 'CRITICAL')
  t.equal(await written({ level: 'CRITICAL' }, 1), 'CRITICAL')
  t.equal(await written({ level: 'CRITICAL' }, 2), 'DEBUG INFO WARNING ERROR CRITICAL')
  t.equal(await written(undefined, 3), 'DEBUG DEBUG INFO WARNING ERROR CRITICAL')
})

t.test('createLogger: refuses what it cannot write, and says what to do', async (t) => {
  // @ts-expect-error not one of the levels
  await t.rejects(createLogger({ level: 'LOUD' }), { code: 'FG_ERR_TELEMETRY_LEVEL', message: /"LOUD" is not a known level: use DEBUG/ })
  await t.rejects(createLogger({ format: 'custom' }), { code: 'FG_ERR_TELEMETRY_NO_PATTERN', message: /"custom_format" has no pattern .* example "%\{time\} %\{level\} %\{message\}"/ })
  await t.rejects(createLogger({ format: 'custom', custom_format: '%{mesage}' }), { code: 'FG_ERR_TELEMETRY_VARIABLE', message: /unknown variable %\{mesage\}: use %\{id\}/ })
  await t.rejects(createLogger({ format: 'custom', custom_format: '%{level:03d}' }), { code: 'FG_ERR_TELEMETRY_LAYOUT', message: /layout "03d" for %\{level\}/ })
})

t.test('createLogger: tells of an error what matters, in one line', async (t) => {
  const { lines, log } = await collect({ prefix: 'P' })
  const told = (...args: [unknown, string?]) => {
    log.error(args[0], args[1])
    return lines.pop()!.replace(/^.* P ERROR: /, '').trimEnd()
  }
  const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED', socket: { key: 'never' } })
  const fault = new Fault('backend', 'FG_ERR_X', 'no answer', { detail: 'dialling api:1 failed', answer: { body: 'never', contentType: 'a/b' }, cause: refused })
  t.equal(told({ err: fault, endpoint: 'GET /a', backend: '/b' }, 'endpoint failed'), 'endpoint failed: no answer: dialling api:1 failed: connect ECONNREFUSED 127.0.0.1:1 code=FG_ERR_X kind=backend endpoint="GET /a" backend=/b')
  t.equal(told(fault), 'no answer: dialling api:1 failed: connect ECONNREFUSED 127.0.0.1:1 code=FG_ERR_X kind=backend')
  t.equal(told({ code: 'FG_ERR_X', kind: 'backend', detail: 'dialling failed' }, 'endpoint failed'), 'endpoint failed: dialling failed code=FG_ERR_X kind=backend')
  t.match(told(new TypeError('x is not\na function')), /^x is not\\na function type=TypeError stack="TypeError: x is not\\n.*"$/)
  t.equal(told({ err: Object.assign(new AggregateError([new Error('a'), new Error('b')]), { code: 'E' }) }, 'dial'), 'dial: a; b code=E')
  t.equal(told({ err: 'text', empty: '', none: null, list: [1] }, 'odd'), 'odd err=text empty="" list=[1]')
  t.equal(told({ error: refused }), 'error={"type":"Error","message":"connect ECONNREFUSED 127.0.0.1:1","code":"ECONNREFUSED"}')
  t.equal(told('bell\u0007 and \u009bcsi'), 'bell\\u0007 and \\u009bcsi')
})

t.test('createLogger: writes to stdout when the configuration says so, else to stderr, and all of it when the process exits', async (t) => {
  const run = async (settings: LoggingSettings | null, how: string) => {
    const child = fork(new URL('../fixtures/log-and-exit.ts', import.meta.url), [JSON.stringify(settings), how], { silent: true })
    const [out, err] = await Promise.all([readAll(child.stdout!), readAll(child.stderr!)])
    const count = (text: Buffer) => text.toString().split('\n').filter((line) => /INFO: line \d+$/.test(line)).length
    return [count(out), count(err)]
  }
  const counts = await Promise.all([run(null, 'exit'), run({ stdout: true }, 'throw'), run({ stdout: false }, 'end')])
  t.strictSame(counts, [[3000, 0], [3000, 0], [0, 3000]])
})
