import type { FastifyBaseLogger } from 'fastify'
import { asError } from '@floodgate/core'
import { endDestinations } from '@floodgate/telemetry'
import { drain, type Drainable } from './drain.ts'

/** Status of a process that a fault of the program has ended (sysexits.h, EX_SOFTWARE). */
export const FAULT_STATUS = 70
/** How long running requests may take then, in ms, and how long the process may take to end in all. */
const DRAIN = 4_500
const END = 5_000

/** How a process handles an uncaught exception. */
export interface UncaughtExceptions {
  /** Whether the process ends because of such an exception, with {@link FAULT_STATUS}. */
  readonly faulted: boolean
  /** From now on a server is drained before the end. */
  serves (server: Drainable): void
  /** The same for the primary of workers: `end` lets them finish and resolves when they have. */
  watches (log: FastifyBaseLogger, end: () => Promise<void>): void
  /** Leaves exceptions to Node again. */
  forget (): void
}

/**
 * Handles uncaught exceptions and rejections: logs the first one with its stack, stops taking connections,
 * lets running requests finish for at most 5 s, and ends the process with 70, so that a supervisor, or the primary,
 * starts another one: what state the fault has left behind is not known. A process that does not serve yet ends at
 * once.
 *
 * @param write where the error is written while there is no log
 */
export function createUncaughtExceptions (write: (text: string) => void): UncaughtExceptions {
  let log: FastifyBaseLogger | null = null
  let finish = async (): Promise<void> => {}
  let ending = false

  const exception = (thrown: unknown): void => { end('uncaught exception', thrown) }
  const rejection = (thrown: unknown): void => { end('unhandled rejection of a promise', thrown) }
  process.on('uncaughtException', exception).on('unhandledRejection', rejection)
  return {
    get faulted () { return ending },
    serves (server) {
      log = server.log
      finish = () => drain(server, DRAIN, { notice: 0 })
    },
    watches (logger, stop) {
      log = logger
      finish = stop
    },
    forget () { process.off('uncaughtException', exception).off('unhandledRejection', rejection) }
  }

  function end (what: string, thrown: unknown): void {
    // It is logged once: later errors are likely to be the same.
    if (ending) return
    ending = true
    setTimeout(() => { process.exit(FAULT_STATUS) }, END)
    const error = asError(thrown)
    tell(`${what}: the process ends with ${FAULT_STATUS}`, error)
    finish().catch(() => {}).then(endDestinations).finally(() => { process.exit(FAULT_STATUS) })
  }

  function tell (message: string, err: Error): void {
    try {
      const stack = err.stack ?? String(err)
      if (log === null) write(`floodgate: ${message}\n${stack}\n`)
      else log.fatal({ err: { type: err.name, message: err.message, stack } }, message)
    } catch {
      // The fault may be one of logging.
    }
  }
}
