import type { FeatureContext } from '@floodgate/core'

/** What Redis refuses, by command. */
export interface Refusals {
  /** Counts that a command was refused; tells of the first in a row, and whether the connection leads to the wrong server. */
  refused (command: string, error: Error): { readonly isReadOnly: boolean }
  /** Notes that a command was carried out. */
  answered (command: string): void
}

/** A row of failures of one command. */
interface Row { readonly code: string, count: number }

/** A replica after a failover, a server that lost its master, or one that is loading: another one may be there by now. */
const OTHER_SERVER = /\b(?:READONLY|MASTERDOWN|LOADING)\b/
const CODE = /\b(?:READONLY|MASTERDOWN|LOADING|OOM|NOSCRIPT|NOPERM|NOAUTH|WRONGTYPE|MISCONF|CLUSTERDOWN|BUSY|NOREPLICAS)\b/

/**
 * Creates what watches over the answers of one connection. What a command comes to is told when it changes, once: reads
 * that go well say nothing about writes that do not.
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
        log.warn(`redis: ${name} fails ${command}: ${code}; limits that need it refuse or allow, as on_failure_allow says, and caches ask their backends`)
      }
      return { isReadOnly: OTHER_SERVER.test(error.message) }
    },
    answered (command) {
      const row = rows.get(command)
      if (row === undefined) return
      rows.delete(command)
      log.info(`redis: ${name} carries out ${command} again, after ${row.count} that failed`)
    }
  }
}

/** The word that Redis begins an error with; scripts have it inside. Nothing else of it is told: it may hold keys. */
function codeOf ({ name, message }: Error): string {
  return CODE.exec(message)?.[0] ?? (name === 'ReplyError' ? /^[A-Z]+/.exec(message)?.[0] ?? 'an error' : 'no answer in time')
}
