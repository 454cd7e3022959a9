import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { FastifyBaseLogger } from 'fastify'
import { asError, type Service } from '@floodgate/core'
import { parseDuration, timerTime } from '@floodgate/go/duration'
import { ownSettings } from '../own-settings.ts'
import type { Readiness } from '../reload/shared-resources.ts'

/** How long the server still accepts requests while it asks clients to reconnect, in ms, by default. */
const NOTICE = 300
/** What an answer may need beyond its deadline to reach a slow client, in ms. */
const SLOW_CLIENTS = 5_000
const IDLE_CHECK = 50

/** How long a process may take to end beyond the time its requests have, in ms, whatever does not come to its end. */
const GRACE = 4_000

/**
 * How long running requests may take when a service stops, in ms: `max_shutdown_wait_time`, otherwise as long as its
 * endpoints may take.
 */
export function drainTime ({ maxShutdownWaitTime, endpoints }: Service): number {
  if (maxShutdownWaitTime > 0) return maxShutdownWaitTime
  return endpoints.reduce((longest, { timeout }) => Math.max(longest, timeout), 0) + SLOW_CLIENTS
}

/** How long a server that stops still accepts requests, in ms: `floodgate.health.notice`. */
export function noticeTime (service: Pick<Service, 'extra'>): number {
  return parseDuration(ownSettings(service).health?.notice ?? '') ?? NOTICE
}

/** How long a process may take to stop, in ms. */
export function stopTime (service: Service, notice = noticeTime(service)): number {
  return timerTime(notice + drainTime(service) + GRACE)
}

/** A standalone server that can be closed. */
export interface Drainable {
  readonly server: Server
  /** What is not to be ready from now on. */
  readonly readiness: Readiness
  readonly log: FastifyBaseLogger
  /** Stops listening, and resolves when every connection has ended and all is closed. */
  close (): Promise<void>
}

/**
 * Closes a standalone server without a failed request: open connections are told `connection: close` while it still
 * accepts, then it stops listening, and running requests finish, at most `wait` ms. Then remaining connections are
 * closed. Failures are logged.
 *
 * @param options `notice`: how long it still accepts, in ms, if there are connections, or in any case where `/readyz` tells it.
 *   Default 300; 0 = it does not
 */
export async function drain (gateway: Drainable, wait: number, { notice = NOTICE } = {}): Promise<void> {
  const { server } = gateway
  server.prependListener('request', sayGoodbye)
  gateway.readiness.isReady = false
  if (notice > NOTICE || (notice > 0 && await connections(server) > 0)) await sleep(timerTime(notice))
  const cut = setTimeout(() => {
    gateway.log.warn({ wait }, 'running requests are aborted: they took longer than the limit for a shutdown')
    server.closeAllConnections()
  }, timerTime(wait))
  // Connections that were busy when the server closed.
  const idle = setInterval(() => { server.closeIdleConnections() }, IDLE_CHECK)
  try {
    await gateway.close()
  } catch (err) {
    // Something that was open could not be closed. All requests are over, and the process ends.
    gateway.log.error({ err: asError(err) }, 'closing failed')
  } finally {
    clearTimeout(cut)
    clearInterval(idle)
  }
}

/**
 * Ends the process when its end takes longer than the time that requests have and 4 s: a hook, a feature or a connection
 * that does not close, for one.
 */
export function endInTime (log: FastifyBaseLogger, wait: number): void {
  setTimeout(() => {
    log.error('the process ends now: some resources could not be closed in time')
    process.exit()
  }, timerTime(wait + GRACE)).unref()
}

function sayGoodbye ({ httpVersionMajor }: IncomingMessage, response: ServerResponse): void {
  // HTTP/2 says it by GOAWAY, when the server closes.
  if (httpVersionMajor === 1) response.shouldKeepAlive = false
}

function connections (server: Server): Promise<number> {
  return promisify(server.getConnections).call(server)
}
