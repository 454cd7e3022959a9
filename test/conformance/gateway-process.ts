import { spawn } from 'node:child_process'
import net from 'node:net'
import path from 'node:path'

/** A gateway under test, started on a configuration file that names the port. */
export interface Gateway {
  /** Set once it is gone. */
  readonly exit: { code: number | null } | null
  /** Everything it printed. */
  readonly log: string
  stop (): Promise<void>
}

export type StartGateway = (configFile: string, port: number, env: Record<string, string>) => Promise<Gateway>

export const bin = path.resolve(import.meta.dirname, '../../packages/cli/dist/bin.js')

/** Starts the built command, and waits until it listens or is gone. */
export const startCommand: StartGateway = (configFile, port, env) => startProgram(process.execPath, [bin, 'run', '-c', configFile], port, env)

/** Starts any gateway, and waits until something listens on the port, or it is gone. */
export async function startProgram (program: string, args: readonly string[], port: number, env: Record<string, string>): Promise<Gateway> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...cleanEnvironment(), ...env } })
  const gateway = { exit: null as { code: number | null } | null, log: '', stop }
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => { gateway.log += data })
  const gone = new Promise<void>((resolve) => {
    child.on('error', (err) => { gateway.log += err.message })
    child.on('close', (code) => { // unlike 'exit', after the last of the output
      gateway.exit = { code }
      resolve()
    })
  })
  await Promise.race([gone, listening(port, () => gateway.exit !== null)])
  return gateway

  async function stop () {
    if (gateway.exit) return
    child.kill('SIGTERM')
    const timer = setTimeout(() => { child.kill('SIGKILL') }, 5000)
    await gone
    clearTimeout(timer)
  }
}

/** The environment without what a test runner and its coverage put there. */
export function cleanEnvironment (): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(NODE_OPTIONS|NODE_V8_COVERAGE|TAP|TS_NODE|_TAPJS|HTTPS?_PROXY|NO_PROXY|KRAKEND_)/i.test(name)))
}

/** Resolves when something accepts connections on the port, or when nobody waits any more. */
async function listening (port: number, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const up = await new Promise<boolean>((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => {
        socket.destroy()
        resolve(true)
      })
      socket.on('error', () => { resolve(false) })
    })
    if (up) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
