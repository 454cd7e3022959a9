import type { FeatureContext } from '@floodgate/core'

/** What cannot be relied on: the connection, an answer in time, or a command that the server refuses. */
export type OutageOf = 'connection' | 'time' | 'limits' | 'GET' | 'SET' | 'DEL' | 'PING'

/** Outages of one connection to Redis. */
export interface Outages {
  /** Something failed; logged with the first failure in a row, and when the reason of a refused command changes. */
  failed (what: OutageOf, reason: string): void
  /** It works again. */
  worked (what: OutageOf): void
}

/** Failures in a row. */
interface Row { readonly reason: string, count: number, readonly isLogged: boolean }

/** Outages of one kind that are logged per minute: a server that is at its limit fails and answers in turn. */
const MOST_PER_MINUTE = 3
const MINUTE = 60_000

const CODE = /\b(?:READONLY|MASTERDOWN|LOADING|OOM|NOSCRIPT|NOPERM|NOAUTH|WRONGPASS|WRONGTYPE|MISCONF|CLUSTERDOWN|BUSY|NOREPLICAS)\b/
/**
 * A replica after a failover, a server that lost its master, or one that is loading: the address may lead to another
 * server by now.
 */
const OTHER_SERVER = /\b(?:READONLY|MASTERDOWN|LOADING)\b/

const CONSEQUENCE = 'limits that use it refuse or allow requests according to on_failure_allow, and caches call their backends'

/** Creates the log of a connection's outages: one line when one begins, and one when it ends, for each kind separately. */
export function createOutages (name: string, { log }: Pick<FeatureContext, 'log'>): Outages {
  const rows = new Map<OutageOf, Row>()
  const logged = new Map<OutageOf, number[]>()

  function mayLog (what: OutageOf): boolean {
    const now = performance.now()
    const recent = (logged.get(what) ?? []).filter((time) => now - time < MINUTE)
    logged.set(what, recent)
    if (recent.length >= MOST_PER_MINUTE) return false
    recent.push(now)
    return true
  }

  return {
    failed (what, reason) {
      const row = rows.get(what)
      if (row?.reason === reason) {
        row.count++
        return
      }
      const isLogged = mayLog(what)
      rows.set(what, { reason, count: (row?.count ?? 0) + 1, isLogged: isLogged || row?.isLogged === true })
      if (isLogged) log.warn(`redis: ${name} ${describe(what, reason)}; ${CONSEQUENCE}`)
    },
    worked (what) {
      const row = rows.get(what)
      if (row === undefined) return
      rows.delete(what)
      if (!row.isLogged) return
      log.info(`redis: ${name} ${what === 'connection' ? 'is available again' : `answers ${what === 'time' ? 'in time' : what} again (failures: ${row.count})`}`)
    }
  }
}

function describe (what: OutageOf, reason: string): string {
  if (what === 'connection') return `is unavailable${reason === '' ? '' : `: ${reason}`}`
  return what === 'time' ? 'does not answer in time' : `fails ${what}: ${reason}`
}

/**
 * Returns the error code at the beginning of a Redis error (inside, for scripts). Nothing else of the error is logged,
 * because it may contain keys.
 */
export function codeOf ({ message }: Error): string {
  return CODE.exec(message)?.[0] ?? /^[A-Z]+/.exec(message)?.[0] ?? 'an error'
}

/** Whether an error of Redis means that the connection leads to the wrong server. */
export function isOtherServer ({ message }: Error): boolean {
  return OTHER_SERVER.test(message)
}
