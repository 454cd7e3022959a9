import { asError } from '@floodgate/core'
import type { FastifyBaseLogger } from 'fastify'
import { timerTime } from '@floodgate/go/duration'

export interface LifetimeOptions {
  readonly log: Pick<FastifyBaseLogger, 'error'>
  /** How long running requests may take after its end, in ms. */
  readonly wait: number
  /** Closes what belongs to it alone. */
  close (): Promise<void>
  /** Called when a response has ended. Default: nothing is. */
  readonly ended?: ((response: object) => void) | null
  /** Called when it has closed. */
  onClosed (): void
}

/** How long a configuration lives that others replace. */
export interface Lifetime {
  /** Counts a request until its response has ended. */
  enter (response: Counted): void
  /** It gets no more requests: closes it when the running ones have ended, or have had their time. */
  retire (): void
  /** Closes it without waiting for requests. Failures are logged. */
  close (): Promise<void>
}

interface Counted { on (event: 'close', listener: () => void): unknown }

/** Counts the requests of a configuration, so that it closes after the last of them. */
export function createLifetime ({ log, wait, close: closeOwn, onClosed, ended = null }: LifetimeOptions): Lifetime {
  let running = 0
  let isRetired = false
  let closing: Promise<void> | null = null
  let late: NodeJS.Timeout | undefined

  const end = (): void => {
    if (--running === 0 && isRetired) close()
  }
  // One listener for all responses: `this` says which one has ended.
  const onClose = ended === null
    ? end
    : function (this: object): void {
      ended(this)
      end()
    }

  function close (): Promise<void> {
    clearTimeout(late)
    closing ??= closeOwn().catch((err: unknown) => {
      // Something that was open could not be closed.
      log.error({ err: asError(err) }, 'closing failed')
    }).then(onClosed)
    return closing
  }

  return {
    enter (response) {
      running++
      // After the end of the response, and after an abort.
      response.on('close', onClose)
    },
    retire () {
      isRetired = true
      if (running === 0) close()
      // Upgraded connections and endless streams; they go on, but what is not theirs alone is closed.
      else late = setTimeout(close, timerTime(wait)).unref()
    },
    close
  }
}
