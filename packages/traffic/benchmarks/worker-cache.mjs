// What an answer costs that a worker keeps in its cache and copies to another: processor time of both and of the primary.
//
//     pnpm from-sources packages/traffic/benchmarks/worker-cache.mjs
import cluster from 'node:cluster'
import { createSwitchboard, createWorkerBus } from '@floodgate/core'
import { CacheStore } from '../src/cache/cache-store.ts'
import { SharedAnswers } from '../src/workers/shared-answers.ts'

const topic = 'qos/http-cache'
const rounds = 2000
const sizes = [200, 4_000, 16_000, 60_000]

const spent = (start) => {
  const { user, system } = process.cpuUsage(start)
  return user + system
}

if (cluster.isPrimary) {
  const switchboard = createSwitchboard([], {})
  const workers = [1, 2].map((id) => {
    const worker = cluster.fork({ WORKER: String(id) })
    switchboard.add(id, (frames) => { worker.send(frames) })
    return worker
  })
  let start = process.cpuUsage()
  let ready = 0
  workers.forEach((worker, i) => {
    worker.on('message', (message) => {
      if (Array.isArray(message)) return switchboard.receive(i + 1, message)
      // What is sent to a process that does not listen yet is lost.
      if (message === 'ready') {
        if (++ready === workers.length) switchboard.receive(2, [['broadcast', 'start', null, 2]])
        return
      }
      const { size, sent, received } = message
      console.log(`${size} bytes: ${(sent / rounds).toFixed(0)} µs in the worker that keeps it, ${(spent(start) / rounds).toFixed(0)} µs in the primary, ${(received / rounds).toFixed(0)} µs in the other worker`)
      start = process.cpuUsage()
      if (size === sizes.at(-1)) process.exit()
    })
  })
} else {
  const bus = createWorkerBus({ id: Number(process.env.WORKER), count: 2, send: (frames) => new Promise((resolve) => { process.send(frames, resolve) }) })
  process.on('message', (frames) => { bus.receive(frames) })
  const store = new CacheStore({ maxItems: 100, maxSize: 1e8, maxBody: 1e7 })
  const shared = new SharedAnswers(bus, topic, Infinity).share('x', store)
  // The next one is kept when the other worker has this one: as many at a time as it takes.
  if (bus.id === 2) {
    let start = process.cpuUsage()
    bus.subscribe('got', (done) => {
      if (done === null) start = process.cpuUsage()
      else process.send({ ...done, received: spent(start) })
    })
    bus.subscribe(topic, () => { bus.broadcast('next', null) })
    process.send('ready')
  } else {
    const started = new Promise((resolve) => { bus.subscribe('start', resolve) })
    process.send('ready')
    await started
    for (const size of sizes) {
      const body = Buffer.alloc(size, 'x')
      bus.broadcast('got', null)
      const start = process.cpuUsage()
      for (let i = 0; i < rounds; i++) {
        const next = new Promise((resolve) => { const leave = bus.subscribe('next', () => { leave(); resolve() }) })
        shared.set(`${i}`, { status: 200, headers: { 'content-type': 'application/json', 'cache-control': 'max-age=60' }, body, born: performance.now(), varied: [] })
        await next
      }
      bus.broadcast('got', { size, sent: spent(start) })
    }
  }
}
