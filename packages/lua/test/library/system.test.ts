import t from 'tap'
import { failure, runScript, value } from '../support/run-script.ts'

t.test('os: time and dates', async (t) => {
  t.equal(await value('return os.date("!%Y-%m-%d %H:%M:%S %a %A %b %B %I %p %y %j %% %Z %F %w %z", 0)'), '1970-01-01 00:00:00 Thu Thursday Jan January 12 AM 70 %j % UTC 1970-01-01 4 +0000')
  t.match(await value('return os.date()'), /^\d\d \w{3} \d\d \d\d:\d\d /)
  t.same(await value('return os.date("!*t", 86400)'), { year: 1970, month: 1, day: 2, hour: 0, min: 0, sec: 0, wday: 6, yday: 2, isdst: false })
  t.equal(await value('local now = os.date("*t", 1000000000) return os.time(now)'), 1_000_000_000)
  t.equal(await value('return os.time() - os.time() <= 0 and type(os.clock()) == "number"'), true)
  t.equal(await value('return os.difftime(10, 4)'), 6)
  t.match(await failure('os.date("%Y", 1e300)'), /out of range/)
})

t.test('os, io: no files, no processes, no environment', async (t) => {
  for (const call of ['os.execute("true")', 'os.exit()', 'os.remove("x")', 'os.rename("a", "b")', 'os.tmpname()', 'os.setenv("A", "b")', 'io.open("/etc/passwd")', 'io.popen("true")', 'io.lines("/etc/passwd")', 'io.read()', 'io.write("x")']) {
    t.match(await failure(call), /is not available: scripts have no access to files and processes/, call)
  }
  t.same(await runScript('return os.getenv("PATH"), os.setlocale("C")'), [null, false])
})

t.test('debug.traceback: the message and the place', async (t) => {
  t.equal(await value('return debug.traceback("m")'), 'm\nstack traceback:\n\t<string>:1')
})
