import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t, { type Test } from 'tap'
import { until } from '@floodgate/testing'
import { takeSupervisor } from '../../src/systemd/supervisor.ts'

/** A program that stands in for systemd-notify: it runs until `release` exists. */
function standIn (t: Test) {
  const folder = t.testdir()
  const [program, began, release] = ['systemd-notify', 'began', 'release'].map((name) => path.join(folder, name)) as [string, string, string]
  writeFileSync(program, `#!/bin/sh\n: > ${began}\nwhile [ ! -e ${release} ]; do sleep 0.05; done\n`)
  chmodSync(program, 0o755)
  return { began, release, env: { PATH: `${folder}:${process.env['PATH']}`, NOTIFY_SOCKET: '/nowhere' } }
}

const log = () => ({ warn () {} }) as never

t.test('Supervisor: the next sign of life waits until the one before is sent, however short the watchdog is', async (t) => {
  const { began, release, env } = standIn(t)
  const supervisor = takeSupervisor({ log, env: { ...env, WATCHDOG_USEC: '1' } })!
  let asked = 0
  supervisor.watch(async () => {
    asked++
    return true
  })
  await until(() => existsSync(began))
  let ticks = 0
  const clock = setInterval(() => { ticks++ }, 100)
  await until(() => ticks >= 5)
  clearInterval(clock)
  t.equal(asked, 1)
  writeFileSync(release, '')
  await until(() => asked > 1)
  await supervisor.close()
})

t.test('Supervisor: a watchdog of months is not fed all the time', async (t) => {
  const { release, env } = standIn(t)
  writeFileSync(release, '')
  const warnings: string[] = []
  const note = ({ name }: Error): void => { warnings.push(name) }
  process.on('warning', note)
  t.teardown(() => { process.off('warning', note) })
  for (const usec of [`${100 * 86_400}000000`, '18446744073709551614', 'garbage', '-5', '0', '']) {
    const supervisor = takeSupervisor({ log, env: { ...env, WATCHDOG_USEC: usec } })!
    let asked = 0
    supervisor.watch(async () => {
      asked++
      return true
    })
    await new Promise((resolve) => { setTimeout(resolve, 150) })
    await supervisor.close()
    t.equal(asked, 0, usec)
  }
  t.same(warnings, [])
})

t.test('Supervisor: a process that cannot be started fails nothing, and is logged once', async (t) => {
  const lines: string[] = []
  // More than the system allows for one variable.
  const env = { PATH: process.env['PATH'], NOTIFY_SOCKET: `/${'x'.repeat(2 ** 18)}` }
  const supervisor = takeSupervisor({ log: () => ({ warn (line: string) { lines.push(line) } }) as never, env })!
  supervisor.ready('serves')
  supervisor.stopping(10)
  await supervisor.close()
  t.equal(lines.length, 1)
  t.match(lines[0], /^systemd is not notified: spawn E2BIG/)
})
