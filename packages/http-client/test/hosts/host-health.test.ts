import t from 'tap'
import { describeOut, HostHealth, type HostChange, type HostState } from '../../src/hosts/host-health.ts'
import { findUsableHosts } from '../../src/hosts/usable-hosts.ts'

const settings = { consecutive: 3, for: 1000, maxPercent: 100, statuses: [503] }

function start (changed: Partial<typeof settings> = {}) {
  const time = { now: 0 }
  const changes: HostChange[] = []
  const health = new HostHealth({ ...settings, ...changed }, (change) => { changes.push(change) }, () => {}, () => time.now)
  const hosts = ['http://a', 'http://b', 'http://c', 'http://d'].map((origin) => health.enter(origin)) as [HostState, HostState, HostState, HostState]
  const fail = (host: HostState, times = 1): void => { for (let i = 0; i < times; i++) health.noteFailure(host.origin, 'refused') }
  return { time, changes, health, hosts, fail }
}

t.test('HostHealth: failures in a row eject a host, an answer between them does not', async (t) => {
  const { health, hosts: [a], fail, changes } = start()
  fail(a, 2)
  health.noteStatus(a.origin, 500)
  fail(a, 2)
  t.equal(describeOut(a), null)
  health.noteStatus(a.origin, 503)
  t.match(describeOut(a), { by: 'failures', reason: '3 failures in a row, the last one: status 503' })
  t.equal(describeOut(a)!.until! - describeOut(a)!.since, 1000)
  t.equal(health.out, 1)
  fail(a, 5)
  t.equal(changes.length, 1, 'what fails later changes nothing')
  t.same(a.ejections, { failures: 1 })
  health.noteFailure('http://elsewhere', 'refused')
  health.noteStatus('http://elsewhere', 503)
  t.equal(health.find('http://elsewhere'), undefined)
})

t.test('HostHealth: after the ejection one trial request decides, and each ejection lasts longer, five minutes at most', async (t) => {
  const { time, health, hosts: [a], fail, changes } = start({ for: 100_000 })
  fail(a, 3)
  time.now = 99_999
  t.notOk(health.beginTrial(a))
  time.now = 100_000
  t.ok(health.beginTrial(a))
  t.notOk(health.beginTrial(a), 'only one')
  fail(a)
  t.equal(a.ejectedUntil, 300_000, 'twice as long')
  time.now = 300_000
  t.ok(health.beginTrial(a))
  time.now = 400_000
  t.ok(health.beginTrial(a), 'a trial without a result is followed by another one')
  fail(a)
  t.equal(a.ejectedUntil, 700_000, 'five minutes')
  time.now = 700_000
  health.beginTrial(a)
  health.noteStatus(a.origin, 200)
  t.equal(describeOut(a), null)
  t.same(changes.map(({ out }) => out === null), [false, false, false, true])
  fail(a, 3)
  t.equal(a.ejectedUntil, 1_000_000, 'it had not worked for long')
  time.now = 1_000_000
  health.noteStatus(a.origin, 200)
  time.now = 1_400_000
  fail(a, 3)
  t.equal(a.ejectedUntil, 1_500_000, 'it had: as the first time')
})

t.test('HostHealth: an answer of an earlier request does not bring a host back', async (t) => {
  const { health, hosts: [a], fail } = start()
  fail(a, 3)
  health.noteStatus(a.origin, 200)
  t.not(describeOut(a), null)
})

t.test('HostHealth: operators and health checks take hosts out, and restore brings back from everything', async (t) => {
  const { health, hosts: [a, b], fail, changes } = start()
  health.withdraw(a, 'deploy')
  health.noteCheck(a, 'refused')
  health.noteCheck(a, 'still refused')
  t.match(describeOut(a), { by: 'operator', until: null, reason: 'deploy' })
  health.noteCheck(a, null)
  t.match(describeOut(a), { by: 'operator' })
  health.noteCheck(b, 'refused')
  t.match(describeOut(b), { by: 'health', reason: 'refused' })
  health.noteCheck(b, null)
  t.equal(describeOut(b), null)
  fail(a, 3)
  health.restore(a)
  t.equal(describeOut(a), null)
  t.equal(health.out, 0)
  t.same(changes.map(({ origin, out }) => [origin, out?.by ?? null]), [
    ['http://a', 'operator'], ['http://b', 'health'], ['http://b', null], ['http://a', null]
  ])
})

t.test('HostHealth: a host is known as long as a group has it', async (t) => {
  const { health, hosts: [a], fail } = start()
  t.equal(health.enter('http://a'), a)
  fail(a, 3)
  health.leave(a)
  t.equal(health.find('http://a'), a)
  health.leave(a)
  t.equal(health.find('http://a'), undefined)
  t.equal(health.out, 0)
})

t.test('findUsableHosts: no more than the share are out, those first that were ejected first; if all are out, all are used', async (t) => {
  const { time, health, hosts, fail } = start()
  const known = hosts.map((state) => ({ state, host: { origin: state.origin, base: '', authorization: null, weight: 1 } }))
  const usable = (share: number): string => findUsableHosts(known, share, time.now).hosts.map(({ origin }) => origin.at(-1)).join('')
  const [a, b, c, d] = hosts
  t.equal(usable(50), 'abcd')
  fail(c, 3)
  t.equal(usable(50), 'abd')
  t.equal(usable(24), 'abcd', '24 percent of four is none')
  fail(b, 3)
  fail(a, 3)
  // In the order of their ejection, whatever the resolution of the clock.
  for (const [i, host] of [c, b, a].entries()) host.ejected = { ...host.ejected!, since: i }
  t.equal(usable(50), 'ad')
  t.equal(usable(100), 'd')
  fail(d, 3)
  t.equal(usable(100), 'abcd')
  health.restore(d)
  health.withdraw(d, 'deploy')
  t.equal(usable(50), 'ab', 'a host that was taken out counts for the share')
  t.equal(findUsableHosts(known, 75, time.now).trials.length, 0)
  time.now = 1000
  t.same(findUsableHosts(known, 75, time.now).trials.map(({ state }) => state), [b, c])
})

t.test('findUsableHosts: hosts without a weight get no trial while others are there', async (t) => {
  const { time, hosts, fail } = start()
  const [a, b] = hosts
  const known = [a, b].map((state, i) => ({ state, host: { origin: state.origin, base: '', authorization: null, weight: 1 - i } }))
  const trials = () => findUsableHosts(known, 100, time.now).trials.map(({ state }) => state)
  fail(b, 3)
  time.now = 1000
  t.same(trials(), [])
  const even = known.map(({ state, host }) => ({ state, host: { ...host, weight: 0 } }))
  t.same(findUsableHosts(even, 100, time.now).trials.map(({ state }) => state), [b], 'where no host has one')
})
