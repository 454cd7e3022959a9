// What a token costs that a worker asks its primary for: processor time of both, and how long it takes.
//
//     pnpm from-sources packages/traffic/benchmarks/worker-limit.mjs
import cluster from 'node:cluster'
import { createSwitchboard, createWorkerBus } from '@floodgate/core'
import { createFeatures } from '../src/index.ts'
import { createWorkerLimiter } from '../src/workers/worker-limiter.ts'

const topic = 'qos/ratelimit/router'
const total = 40_000

if (cluster.isPrimary) {
  const switchboard = createSwitchboard(createFeatures().filter(({ namespace }) => namespace === topic), {})
  const worker = cluster.fork()
  switchboard.add(1, (frames) => { worker.send(frames) })
  let start = process.cpuUsage()
  worker.on('message', (message) => {
    if (Array.isArray(message)) return switchboard.receive(1, message)
    const { user, system } = process.cpuUsage(start)
    console.log(`${String(message.together).padStart(3)} at a time: worker ${message.own.toFixed(1)} µs, primary ${((user + system) / total).toFixed(1)} µs of processor time, ${message.took.toFixed(2)} ms`)
    start = process.cpuUsage()
  })
} else {
  const bus = createWorkerBus({ id: 1, count: 2, send: (frames) => { process.send(frames) } })
  process.on('message', (frames) => { bus.receive(frames) })
  const limiter = createWorkerLimiter({ workers: bus, topic, name: 'x', rate: { interval: 1, capacity: 1e9 }, idle: 10_000, cleanup: 60_000 })
  for (const together of [1, 10, 100]) {
    const [start, began] = [process.cpuUsage(), performance.now()]
    for (let i = 0; i < total; i += together) await Promise.all(Array.from({ length: together }, () => limiter.take('')))
    const { user, system } = process.cpuUsage(start)
    process.send({ together, own: (user + system) / total, took: (performance.now() - began) / (total / together) })
  }
  process.disconnect()
}
