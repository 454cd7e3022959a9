import { spawn } from 'node:child_process'
import type { FastifyBaseLogger } from 'fastify'
import { asError } from '@floodgate/core'
import { timerTime } from '@floodgate/go/duration'

/** How long one message may take, in ms. */
const PATIENCE = 10_000
/** The shortest time between two messages to the watchdog, in ms: each message starts a process. */
const SHORTEST_SIGN = 100

/** Notifies systemd about this process: sd_notify(3). Messages are sent one after the other, and never fail the gateway. */
export interface Supervisor {
  /** Reports that the gateway serves (`READY=1`). */
  ready (status: string): void
  /** One line for `systemctl status`; sent when it changes, after `ready`. */
  status (text: string): void
  /** Does the work of a reload, with a message before and after it. */
  reloading<Result> (work: () => Promise<Result>): Promise<Result>
  /**
   * Reports that the gateway stops (`STOPPING=1`).
   *
   * @param within how long that may take, in ms: systemd waits at least that long
   */
  stopping (within: number): void
  /**
   * Feeds the watchdog at intervals of half of `WatchdogSec`, at most ten times per second, and each time only if `isAlive`
   * resolves to true. Without `WatchdogSec` it does nothing.
   *
   * @param isAlive called again only when it has resolved
   */
  watch (isAlive: () => Promise<boolean>): void
  /** Ends the watchdog, and resolves when all messages are sent. */
  close (): Promise<void>
}

export interface SupervisorOptions {
  readonly log: () => Pick<FastifyBaseLogger, 'warn'>
  /** Default: `process.env`. */
  readonly env?: NodeJS.ProcessEnv
}

/**
 * Takes the variables of systemd out of the environment, so that child processes do not send messages for this one; null = the process was
 * not started by systemd with `Type=notify`.
 */
export function takeSupervisor ({ log, env = process.env }: SupervisorOptions): Supervisor | null {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: usec, WATCHDOG_PID: pid } = env
  for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete env[name]
  if (socket === undefined || socket === '') return null
  const watchdog = usec === undefined || (pid !== undefined && Number(pid) !== process.pid) ? 0 : Number(usec) / 1000
  const send = createSender({ ...env, NOTIFY_SOCKET: socket }, log)
  let isReady = false
  let isStopping = false
  let reloads = 0
  let status = ''
  let timer: NodeJS.Timeout | undefined
  let last = Promise.resolve()
  const tell = (...assignments: string[]): Promise<void> => {
    last = last.then(() => send(assignments))
    return last
  }

  return {
    ready (text) {
      isReady = true
      status = text
      tell('READY=1', `STATUS=${text}`)
    },
    status (text) {
      if (!isReady || isStopping || text === status) return
      status = text
      tell(`STATUS=${text}`)
    },
    async reloading (work) {
      if (!isReady || isStopping) return work()
      reloads++
      // Sent at each reload: systemd waits for a message that is later than its signal.
      tell('RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`)
      try {
        return await work()
      } finally {
        if (--reloads === 0 && !isStopping) tell('READY=1', `STATUS=${status}`)
      }
    },
    stopping (within) {
      isStopping = true
      tell('STOPPING=1', 'STATUS=running requests may finish', `EXTEND_TIMEOUT_USEC=${Math.ceil(within) * 1000}`)
    },
    watch (isAlive) {
      if (!(watchdog > 0)) return
      let isAsking = false
      timer = setInterval(() => {
        if (isAsking) return
        isAsking = true
        // The next one waits until this one is sent.
        isAlive().then((alive) => alive ? tell('WATCHDOG=1') : undefined).catch(() => {}).finally(() => { isAsking = false })
      }, timerTime(Math.max(watchdog / 2, SHORTEST_SIGN))).unref()
    },
    async close () {
      clearInterval(timer)
      await last
    }
  }
}

/** Node cannot send datagrams to Unix sockets: `systemd-notify` does it. It ends when systemd has read the message. */
function createSender (env: NodeJS.ProcessEnv, log: SupervisorOptions['log']): (assignments: readonly string[]) => Promise<void> {
  let isMissing = false
  let told = ''
  const fail = (reason: string): void => {
    if (reason !== told) log().warn(`systemd is not notified: ${reason}`)
    told = reason
  }
  return (assignments) => new Promise((resolve) => {
    if (isMissing) { resolve(); return }
    let child
    try {
      child = spawn('systemd-notify', assignments, { env, stdio: 'ignore', timeout: PATIENCE, killSignal: 'SIGKILL' })
    } catch (thrown) {
      // Some failures of the system, such as no memory, are not events.
      fail(asError(thrown).message)
      resolve()
      return
    }
    child.unref()
    child.on('error', (error: NodeJS.ErrnoException) => {
      isMissing = error.code === 'ENOENT'
      fail(isMissing ? 'the program systemd-notify is missing; install it, or use Type=exec in the unit' : error.message)
      resolve()
    })
    child.on('close', (status) => {
      if (status !== 0 && !isMissing) fail(`systemd-notify ended with ${status ?? 'a signal'}`)
      resolve()
    })
  })
}
