import { spawn, type ChildProcess } from 'node:child_process'
import { on, once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import net from 'node:net'
import { freePort } from './free-port.ts'
import { missingProgram } from './missing-program.ts'
import type { Teardown } from './origin.ts'

/** A redis-server of its own that can be killed and started again on its port. */
export interface RedisServer {
  readonly port: number
  /** Resolves when it accepts connections; with other options than before, if there are any. */
  start (args?: readonly string[]): Promise<void>
  /** It does not run, and its connections stay, until it is resumed. */
  pause (): void
  resume (): void
  /** Keeps it from running for this many ms, as a busy machine would. */
  stop (ms: number): Promise<void>
  /** Ends it as a crash would. */
  kill (): Promise<void>
}

/** Why the program cannot be used here; null when it can. Throws instead where FLOODGATE_REQUIRE_PROGRAMS is set. */
export function missingRedis (): string | null {
  return missingProgram('redis-server', 'get it with `apt-get install redis-server` (or valkey, linked under that name)')
}

/** Starts a redis-server on a free port, without files, and takes it down with the test. */
export async function startRedis (t: Teardown, first: readonly string[] = []): Promise<RedisServer> {
  let port = await freePort()
  let child: ChildProcess | null = null
  const server: RedisServer = {
    get port () { return port },
    async start (args = first) {
      child = spawn(
        'redis-server',
        ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...args],
        { stdio: ['ignore', 'pipe', 'ignore'] }
      )
      let said = ''
      let isReady = false
      for await (const [chunk] of on(child.stdout!, 'data', { close: ['end'] })) {
        said += String(chunk)
        isReady = /ready to accept connections/i.test(said)
        if (isReady) break
      }
      if (!isReady) throw new Error(`redis-server ended: ${said}`)
      child.stdout!.resume()
    },
    pause () { child?.kill('SIGSTOP') },
    resume () { child?.kill('SIGCONT') },
    async stop (ms) {
      server.pause()
      await wait(ms)
      server.resume()
    },
    async kill () {
      if (child === null) return
      if (child.exitCode === null && child.signalCode === null) {
        const dead = once(child, 'exit')
        child.kill('SIGKILL')
        await dead
      }
      child = null
    }
  }
  t.teardown(() => server.kill())
  try {
    await server.start()
  } catch (error) {
    if (!/Address already in use/i.test((error as Error).message)) throw error
    await server.kill()
    port = await freePort()
    await server.start()
  }
  return server
}

/** Starts what takes connections as Redis does and then says nothing more; gives its port. */
export async function startSilentRedis (t: Teardown): Promise<number> {
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    // What the library asks of a server before it is ready.
    socket.on('data', (data) => { if (/info/i.test(String(data))) socket.write('$0\r\n\r\n') })
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  t.teardown(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return (server.address() as net.AddressInfo).port
}
