import type { RequestListener } from 'node:http'
import { asError } from '@floodgate/core'
import { drainTime } from '../serve/drain.ts'
import type { App } from '../serve/server.ts'
import type { LoadedConfig } from '@floodgate/config-loader'

/** One configuration that a standalone server serves, or has served while requests of it still run. */
export interface Generation {
  readonly loaded: LoadedConfig
  readonly app: App['app']
  /** Serves a request. */
  readonly serve: RequestListener
  /** Runs what its features do when it begins to serve. */
  begin (): void
  /** It gets no more requests: closes it when the running ones have ended, or have had their time. */
  retire (): void
  /** Closes it without waiting for requests. Failures are logged. */
  close (): Promise<void>
}

/**
 * Counts the requests of an app, so that it closes after the last of them: Fastify itself waits for the connections of its
 * server only, and this server is not the app's.
 *
 * @param onClosed called when it has closed
 */
export function createGeneration (loaded: LoadedConfig, { app, serve: begin }: App, onClosed: () => void): Generation {
  let running = 0
  let isRetired = false
  let closing: Promise<void> | null = null
  let late: NodeJS.Timeout | undefined
  const { routing } = app

  const end = (): void => {
    if (--running === 0 && isRetired) close()
  }

  function close (): Promise<void> {
    clearTimeout(late)
    closing ??= app.close().catch((err: unknown) => {
      // Something that was open could not be closed.
      app.log.error({ err: asError(err) }, 'closing failed')
    }).then(onClosed)
    return closing
  }

  return {
    loaded,
    app,
    serve (request, response) {
      running++
      // After the end of the response, and after an abort.
      response.on('close', end)
      routing(request, response)
    },
    begin () { begin() },
    retire () {
      isRetired = true
      if (running === 0) close()
      // Upgraded connections and endless streams; they go on, but what is not theirs alone is closed.
      else late = setTimeout(close, drainTime(loaded.model)).unref()
    },
    close
  }
}
