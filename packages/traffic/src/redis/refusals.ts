import type { FeatureContext } from '@floodgate/core'

/** Failures of Redis by command. */
export interface Refusals {
  /** Counts a failed command, logs the first in a row, and returns whether the connection leads to the wrong server. */
  refused (command: string, error: Error): { readonly isReadOnly: boolean }
  /** Notes that a command succeeded. */
  answered (command: string): void
}

/** Consecutive failures of one command. */
interface Row { readonly code: string, count: number }

/**
 * A replica after a failover, a server that lost its master, or one that is loading: the address may lead to another
 * server by now.
 */
const OTHER_SERVER = /\b(?:READONLY|MASTERDOWN|LOADING)\b/
const CODE = /\b(?:READONLY|MASTERDOWN|LOADING|OOM|NOSCRIPT|NOPERM|NOAUTH|WRONGTYPE|MISCONF|CLUSTERDOWN|BUSY|NOREPLICAS)\b/

/**
 * Creates the watch over the results of one connection. It logs once when the result of a command changes, for each
 * command separately: reads may succeed while writes fail.
 */
export function createRefusals (name: string, { log }: Pick<FeatureContext, 'log'>): Refusals {
  const rows = new Map<string, Row>()
  return {
    refused (command, error) {
      const code = codeOf(error)
      const row = rows.get(command)
      if (row?.code === code) {
        row.count++
      } else {
        rows.set(command, { code, count: (row?.count ?? 0) + 1 })
        log.warn(
          `redis: ${name} fails ${command}: ${code}; limits that use it refuse or allow requests according to on_failure_allow, and caches call their backends`
        )
      }
      return { isReadOnly: OTHER_SERVER.test(error.message) }
    },
    answered (command) {
      const row = rows.get(command)
      if (row === undefined) return
      rows.delete(command)
      log.info(`redis: ${name} answers ${command} again (failures: ${row.count})`)
    }
  }
}

/**
 * Returns the error code at the beginning of a Redis error (inside, for scripts). Nothing else of the error is logged,
 * because it may contain keys.
 */
function codeOf ({ name, message }: Error): string {
  return CODE.exec(message)?.[0] ?? (name === 'ReplyError' ? /^[A-Z]+/.exec(message)?.[0] ?? 'an error' : 'timeout')
}
