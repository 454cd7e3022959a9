import type { Worker } from 'node:cluster'

/** ms to wait for what a worker sent before it ended. */
const patience = 200

/**
 * Continues after the last message of a worker that has ended: Node may tell of the end before it has read all of them, and
 * what the worker counted is in them.
 */
export function afterLastMessage (worker: Worker, next: () => void): void {
  if (!worker.isConnected()) return next()
  const timer = setTimeout(done, patience)
  worker.once('disconnect', done)

  function done (): void {
    clearTimeout(timer)
    worker.off('disconnect', done)
    next()
  }
}
