import type { FastifyInstance } from 'fastify'

/**
 * Closes the app on SIGTERM or SIGINT: it stops listening and lets running requests finish, at most `wait` ms (0 = until
 * they end). A second signal ends the process at once.
 *
 * @returns `closed` resolves when the app has closed.
 */
export function closeOnSignal (app: FastifyInstance, wait: number): { closed: Promise<void> } {
  const closed = new Promise<void>((resolve, reject) => {
    let closing = false
    const close = (signal: NodeJS.Signals) => {
      if (closing) process.exit(signal === 'SIGINT' ? 130 : 143)
      closing = true
      app.log.info({ signal }, 'closing: running requests may finish')
      if (wait > 0) setTimeout(() => { app.server.closeAllConnections() }, wait).unref()
      app.close().then(resolve, reject)
    }
    process.on('SIGTERM', close)
    process.on('SIGINT', close)
  })
  return { closed }
}
