import { fork } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Pool } from 'undici'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'floodgate-bench-'))
const children = new Set()
let files = 0
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
  fs.rmSync(folder, { recursive: true })
})

/** A folder that goes with this process. */
export { folder }

/** Forks a script of this folder that tells its address; `ask(what)` gets what it answers, and `end` ends it. */
export async function startScript (name, args = [], options = {}) {
  const child = fork(path.join(import.meta.dirname, name), args, { execArgv: ['--expose-gc'], cwd: folder, ...options })
  children.add(child)
  child.once('exit', () => { children.delete(child) })
  const [started] = await Promise.race([once(child, 'message'), once(child, 'exit').then(([code]) => { throw new Error(`${name} ended with ${code}`) })])
  return {
    ...started,
    pid: child.pid,
    async ask (what) {
      child.send(what)
      return (await once(child, 'message'))[0]
    },
    async end () {
      child.send('close')
      await once(child, 'exit')
    }
  }
}

/** Starts a gateway that tells what it holds. It logs errors only, and no requests. */
export function startMeasured (config, options) {
  const file = path.join(folder, `krakend-${++files}.json`)
  fs.writeFileSync(file, JSON.stringify({
    version: 3,
    listen_ip: '127.0.0.1',
    ...config,
    extra_config: { router: { disable_access_log: true }, 'telemetry/logging': { level: 'ERROR', stdout: true } }
  }))
  return startScript('measured-gateway.mjs', [file], options)
}

/** Processor time of one request in ms, over many of them on some connections. */
export async function costOf (gateway, pathOf, { requests = 4000, connections = 32 } = {}) {
  gateway.pool ??= new Pool(gateway.address, { connections })
  const before = (await gateway.ask('cpu')).cpu
  let sent = 0
  await Promise.all(Array.from({ length: connections }, async () => {
    while (sent < requests) {
      const { statusCode, body } = await gateway.pool.request({ path: pathOf(sent++), method: 'GET' })
      if (statusCode !== 200) throw new Error(`status ${statusCode}`)
      await body.dump()
    }
  }))
  return ((await gateway.ask('cpu')).cpu - before) / requests
}
