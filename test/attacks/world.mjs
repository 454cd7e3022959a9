// What the attacks need around them: gateways in one of the modes, their upstreams, certificates, a folder.
import { once } from 'node:events'
import fs from 'node:fs'
import http from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { createAuthority, freePort } from '@floodgate/testing'
import { startGateway } from './gateway-process.mjs'

/** How a gateway is run. */
export const modes = ['single', 'workers', 'embedded']

/**
 * Creates a world. `configOf({ port, tls })` makes a configuration; the gateway on `port` is plain, and in the modes of the command
 * there is one on `tlsPort` with TLS too where `withTls`. `patience`: how long calls may run on when their clients have gone, in ms.
 * `onFault` is called with what the gateways say and when they end.
 */
export async function createWorld ({ mode, configOf, withTls = false, patience = 5000, onFault, upstream, authority = createAuthority('attacks'), folder: parent = os.tmpdir() }) {
  const folder = fs.mkdtempSync(path.join(parent, 'floodgate-attacks-'))
  const issued = authority.issue({ cn: 'gateway' })
  const tls = { cert: path.join(folder, 'gateway.pem'), key: path.join(folder, 'gateway.key'), ca: path.join(folder, 'ca.pem') }
  fs.writeFileSync(tls.cert, issued.cert)
  fs.writeFileSync(tls.key, issued.key, { mode: 0o600 })
  fs.writeFileSync(tls.ca, authority.cert)
  const embedded = mode === 'embedded'
  const gateways = []
  let broken = false
  const world = { mode, embedded, folder, gateways, upstream, ca: tls.ca, port: 0, tlsPort: 0, alive: () => !broken, restart, rest, settle, descriptors, watch, close }
  await start()
  return world

  async function start () {
    broken = false
    gateways.length = 0
    world.port = await open('plain', undefined)
    world.tlsPort = withTls && !embedded ? await open('tls', tls) : 0
  }

  async function open (name, listenerTls) {
    const port = await freePort()
    const config = path.join(folder, `${name}.json`)
    fs.writeFileSync(config, JSON.stringify(configOf({ port, tls: listenerTls, ca: tls.ca, folder }), null, 2))
    gateways.push(await startGateway({
      config,
      port,
      folder,
      embedded,
      ...mode === 'workers' && { workers: 2 },
      onFault: (what) => {
        if (what.startsWith('the process ended')) broken = true
        onFault(what)
      }
    }))
    return port
  }

  /** Starts again what has ended. */
  async function restart () {
    await Promise.all(gateways.map((gateway) => gateway.stop()))
    await start()
  }

  function descriptors () {
    return gateways.reduce((sum, gateway) => sum + gateway.descriptors(), 0)
  }

  /** Waits until all calls to the upstream are over, and tells what is left after `within` ms. */
  async function settle (within = patience) {
    if (upstream === undefined || await until(() => upstream.running.size === 0, within)) return null
    return `${upstream.running.size} calls to the upstream are left after all clients have gone: ${JSON.stringify([...upstream.running.values()].slice(0, 5))}`
  }

  /** Waits until descriptors are as few as `before` and no socket to the upstream is open, and tells what is left. */
  async function rest (before, within = 15_000) {
    if (await until(() => descriptors() <= before && (upstream === undefined || upstream.sockets.size === 0), within)) return null
    const left = upstream?.sockets.describe(gateways.flatMap((gateway) => gateway.pids())) ?? []
    return `${descriptors()} descriptors in place of ${before}, ${left.length} sockets to the upstream are left${left.length > 0 ? `: ${left.slice(0, 10).join('; ')}` : ''}`
  }

  /** Asks for health from now on. What that costs counts between `judge` and `pause`; `end` tells the worst. */
  function watch () {
    const watchers = gateways.map((gateway) => new Worker(path.join(import.meta.dirname, 'health-prober.mjs'), { workerData: { port: gateway.port, pids: gateway.pids(), path: '/__health', every: 100 } }))
    // The host's own routes answer too.
    const host = embedded ? watchHost(world.port) : null
    const tell = (message) => Promise.all(watchers.map(async (watcher) => {
      watcher.postMessage(message)
      return (await once(watcher, 'message'))[0]
    }))
    return {
      judge: () => tell('judge'),
      pause: () => tell('pause'),
      async end () {
        const seen = await tell('end')
        return { asked: seen.reduce((sum, { asked }) => sum + asked, 0), silent: seen.reduce((sum, { silent }) => sum + silent, 0), worst: Math.max(0, ...seen.map(({ worst }) => worst)), host: await host?.end() ?? { asked: 0, wrong: 0 } }
      }
    }
  }

  async function close () {
    const ended = await Promise.all(gateways.map((gateway) => gateway.stop()))
    upstream?.close()
    fs.rmSync(folder, { recursive: true, force: true })
    return ended.every(Boolean)
  }
}

function watchHost (port) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  let asked = 0
  let wrong = 0
  const state = { going: true }
  const over = (async () => {
    while (state.going) {
      const token = `host${asked++}`
      const text = await new Promise((resolve) => {
        const request = http.get({ port, host: '127.0.0.1', path: `/host/${token}`, agent, timeout: 10_000 }, (response) => {
          let body = ''
          response.setEncoding('utf8').on('data', (part) => { body += part }).on('end', () => { resolve(body) }).on('error', () => { resolve('') })
        })
        request.on('timeout', () => { request.destroy() })
        request.on('error', () => { resolve('') })
      })
      if (text !== `{"host":"${token}"}`) wrong++
      await sleep(200)
    }
  })()
  return {
    async end () {
      state.going = false
      await over
      agent.destroy()
      return { asked, wrong }
    }
  }
}

async function until (holds, within) {
  const end = performance.now() + within
  while (!holds()) {
    if (performance.now() > end) return false
    await sleep(20)
  }
  return true
}
