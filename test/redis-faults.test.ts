import t from 'tap'
import { isLong, missingRedis, startRedis } from '@floodgate/testing'
import { configure, endpoints, faults, runFault, startBackend, startGateway, startLoad, type FaultName } from './bench/redis-faults.mjs'

// What `node test/bench/redis.mjs` measures, in a shorter form.
const reason = missingRedis()
const options = { timeout: 180_000, ...reason !== null && { skip: reason } }
const times = isLong ? { rate: 200, warm: 2, during: 8, back: 5 } : { rate: 60, warm: 0.5, during: 2.5, back: 0.5 }
/** Long enough for what was asked before a fault, and for a connection to be given up, in ms. */
const UNTIL_KNOWN = 1800

const all = Object.keys(faults) as FaultName[]
for (const fault of isLong ? all : all.filter((name) => name !== 'slow')) {
  t.test(`Redis fails (${fault}) and comes back: limits refuse or let through, caches call the backend, no request is lost`, options, async (t) => {
    const redis = await startRedis(t)
    const backend = await startBackend()
    t.teardown(() => { backend.close() })
    const file = `${t.testdir({ 'krakend.json': JSON.stringify(configure(backend.url, redis.port)) })}/krakend.json`
    const gateway = await startGateway(file)
    t.teardown(() => gateway.close())
    const { answers, failed, mending, mended } = await runFault({ redis, gateway, fault, ...times })
    const statuses = (name: string, from = 0, to = Infinity) => [...new Set(answers.filter((answer) => answer.name === name && answer.asked >= from && answer.asked + answer.took < to).map(({ status }) => status))].sort()
    for (const name of endpoints.filter((name) => name !== 'closed')) t.same(statuses(name), [200], `/${name}`)
    t.same(statuses('closed').filter((status) => status !== 200 && status !== 503), [], '/closed: decided, always')
    if (fault !== 'slow') t.same(statuses('closed', failed + UNTIL_KNOWN, mending), [503], '/closed: refused while Redis fails')

    // By itself, with requests or without.
    const load = startLoad(gateway.url, 40)
    while (load.answers.findLast(({ name }) => name === 'closed')?.status !== 200) await new Promise((resolve) => setTimeout(resolve, 20))
    await load.stop()
    t.ok(mended > failed)
    const begun = gateway.lines.filter((line) => /is unavailable|does not answer|fails (?:limits|SET|GET)/.test(line))
    t.ok(begun.length <= 3, `${begun.length} lines tell of it`)
    if (fault !== 'slow') t.ok(begun.length >= 1)
  })
}
