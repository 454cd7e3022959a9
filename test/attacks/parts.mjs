// The parts of the attack: how each one's world is built.
import { configurations, configurationWorld } from './configurations.mjs'
import { decoders, decoderWorld } from './decoders.mjs'
import { startEchoUpstream } from './echo-upstream.mjs'
import { front } from './front.mjs'
import { frontConfig } from './front-config.mjs'
import { http2Front } from './http2.mjs'
import { runPart } from './run-part.mjs'
import { upstream, upstreamWorld } from './upstream.mjs'
import { createWorld } from './world.mjs'

/**
 * By name: the part, its modes, what makes its world, and how much processor time a health check may take, in ms. The decoders
 * are read documents of half a megabyte: what each of these may take is judged there.
 */
export const parts = {
  front: { part: front, modes: ['single', 'workers', 'embedded'], concurrency: 24, makeWorld: frontWorld, health: 100 },
  http2: { part: http2Front, modes: ['single', 'workers'], concurrency: 24, makeWorld: frontWorld, health: 100 },
  upstream: { part: upstream, modes: ['single', 'workers', 'embedded'], concurrency: 64, makeWorld: upstreamWorld, health: 100 },
  configurations: { part: configurations, modes: ['single'], concurrency: 1, makeWorld: configurationWorld, health: Infinity },
  decoders: { part: decoders, modes: ['single'], concurrency: 1, makeWorld: decoderWorld, health: Infinity }
}

async function frontWorld ({ mode, onFault }) {
  const upstream = await startEchoUpstream({ onFault })
  // A session over TLS that Node has lost sight of ends after 3 to 9 s.
  return createWorld({ mode, withTls: true, patience: 12_000, onFault, upstream, configOf: ({ port, tls }) => frontConfig({ port, tls, upstream: upstream.port }) })
}

/**
 * Attacks with a part in a mode, from the start of its world to its end, and returns the figures. What is left at the end,
 * and a health check that took more than its bound, are faults too: after the first slice, before which code is compiled, and not
 * while the gateway collects garbage for the figures.
 */
export async function attack (name, { mode, seed, from, count, faults, log = () => {}, measure = false }) {
  const { part, concurrency, makeWorld, health: healthBound } = parts[name]
  const running = new Set()
  const recent = []
  const fault = (what) => { faults.add({ part: name, mode, what, running: [...recent, ...running] }) }
  const world = await makeWorld({ mode, onFault: fault })
  const heaps = []
  try {
    // The first requests load code and open what stays open.
    await runPart(part, { seed: 'warm-up', count: 20, concurrency, world, mode, faults: { found: [], tooMany: false, add () {} } })
    world.client?.close()
    await world.rest(0, 1500)
    const before = world.descriptors()
    const watch = world.watch()
    const started = performance.now()
    let due = 0
    const figures = await runPart(part, {
      seed,
      from,
      count,
      concurrency,
      world,
      mode,
      faults,
      running,
      recent,
      async progress (so) {
        if (measure && so.cases >= due) {
          due += count / 12
          await watch.pause()
          const held = await Promise.all(world.gateways.map((gateway) => gateway.measure()))
          heaps.push(held.reduce((sum, { heapUsed }) => sum + heapUsed, 0))
        }
        await watch.judge()
        log(`${name} ${mode}: ${so.cases} of ${count} cases, ${so.requests} requests, ${so.answers} answers, ${faults.found.length} faults, ${((performance.now() - started) / 1000).toFixed(0)} s${heaps.length > 0 ? `, heap ${(heaps.at(-1) / 1048576).toFixed(1)} MB` : ''}`)
      }
    })
    const health = await watch.end()
    if (world.alive()) {
      world.client?.close()
      const left = await world.rest(before + 4)
      if (left !== null) fault(left)
      if (health.silent > 0) fault(`${health.silent} of ${health.asked} health checks have no answer within 5 s`)
      if (health.host.wrong > 0) fault(`${health.host.wrong} of ${health.host.asked} requests to the host's own routes went wrong`)
      if (measure && health.worst > healthBound) fault(`a health check took ${health.worst.toFixed(0)} ms of processor time`)
    }
    const growth = growthOf(heaps)
    if (growth > 5 << 20) fault(`the heap grew by ${(growth / 1048576).toFixed(1)} MB from the first half to the second: ${heaps.map((heap) => (heap / 1048576).toFixed(1)).join(', ')}`)
    return { part: name, mode, ...figures, seconds: (performance.now() - started) / 1000, health: health.worst, growth, samples: heaps.length }
  } finally {
    if (!await world.close()) fault('SIGTERM did not end it within 20 s')
  }
}

/** From the first half of the samples, without the very first, to the second: medians, in bytes. */
function growthOf (heaps) {
  if (heaps.length < 6) return 0
  const half = Math.floor(heaps.length / 2)
  return median(heaps.slice(half)) - median(heaps.slice(1, half))
}

function median (values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}
