import type { Worker } from 'node:cluster'

/** What node:cluster sends, with a connection, to the worker that shall serve it, and what it hears of a worker that has taken it. */
interface ClusterMessage {
  readonly cmd?: unknown
  readonly act?: unknown
  readonly seq?: unknown
  readonly ack?: unknown
}

/** node:cluster waits for one answer per listening socket; more can only mean that its messages have changed. */
const MOST = 64

/**
 * Connections that a worker was given and had not taken when it ended go to another one, unread.
 *
 * node:cluster accepts connections in the primary, sends each to a worker, and keeps its own copy of the socket until the worker
 * says that it has taken it (or not: then another worker gets it). It does not stop waiting when that worker is killed, so the
 * client of such a connection waits for ever. Here a worker that has ended says, after the fact, that it did not take them. The
 * messages are not part of Node's documented API (`newconn` and its `ack`, lib/internal/cluster, the same in 20 to 24); a Node that
 * sends others is left alone.
 *
 * @param worker just forked
 * @param isServed whether another worker listens. If none does, the connections are closed.
 */
export function returnUnaccepted (worker: Worker, isServed: () => boolean): void {
  const { process: child } = worker
  const waiting = new Set<unknown>()
  const send = child.send as (this: unknown, ...args: unknown[]) => boolean
  child.send = function (...args: unknown[]): boolean {
    const { cmd, act, seq } = args[0] as ClusterMessage
    if (cmd === 'NODE_CLUSTER' && act === 'newconn') {
      if (waiting.size === MOST) waiting.clear()
      waiting.add(seq)
    }
    return send.apply(this, args)
  }
  child.on('internalMessage', ({ ack }: ClusterMessage) => { if (ack !== undefined) waiting.delete(ack) })
  // Both come after node:cluster's own listeners, so it gives this worker nothing more. A killed one that had not taken a connection
  // never emits `disconnect`.
  child.on('exit', giveBack).on('disconnect', giveBack)

  function giveBack (): void {
    if (child.connected) return
    const accepted = !isServed()
    for (const ack of [...waiting]) child.emit('internalMessage', { cmd: 'NODE_CLUSTER', ack, accepted }, undefined)
  }
}
