import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { FastifyInstance } from 'fastify'
import type { Service } from '@floodgate/core'

/** How long clients are told to connect elsewhere while requests are still taken, in ms. */
export const NOTICE = 300
/** What an answer may need beyond its deadline to reach a slow client, in ms. */
const SLOW_CLIENTS = 5_000
const IDLE_CHECK = 50

/** How long running requests may take when a service stops, in ms: `max_shutdown_wait_time`, else as long as its endpoints may take. */
export function drainTime ({ maxShutdownWaitTime, endpoints }: Service): number {
  if (maxShutdownWaitTime > 0) return maxShutdownWaitTime
  return endpoints.reduce((longest, { timeout }) => Math.max(longest, timeout), 0) + SLOW_CLIENTS
}

/**
 * Closes a standalone server without a failed request: open connections are told `connection: close` while it still
 * accepts, then it stops listening, and running requests finish, at most `wait` ms. What is open then is cut.
 */
export async function drain (app: FastifyInstance, wait: number): Promise<void> {
  const server = app.server as Server
  if (await connections(server) > 0) {
    server.prependListener('request', sayGoodbye)
    await sleep(NOTICE)
  }
  const cut = setTimeout(() => {
    app.log.warn({ wait }, 'requests are cut: they took longer than a shutdown may')
    server.closeAllConnections()
  }, wait)
  // Connections that were busy when the server closed.
  const idle = setInterval(() => { server.closeIdleConnections() }, IDLE_CHECK)
  try {
    await app.close()
  } finally {
    clearTimeout(cut)
    clearInterval(idle)
  }
}

function sayGoodbye ({ httpVersionMajor }: IncomingMessage, response: ServerResponse): void {
  // HTTP/2 says it by GOAWAY, when the server closes.
  if (httpVersionMajor === 1) response.shouldKeepAlive = false
}

function connections (server: Server): Promise<number> {
  return promisify(server.getConnections).call(server)
}
