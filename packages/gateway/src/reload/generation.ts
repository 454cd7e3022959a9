import type { RequestListener } from 'node:http'
import { drainTime } from '../serve/drain.ts'
import type { App } from '../serve/server.ts'
import type { LoadedConfig } from '@floodgate/config-loader'
import { createLifetime, type Lifetime } from './lifetime.ts'

/** One configuration that a standalone server serves, or has served while requests of it still run. */
export interface Generation extends Pick<Lifetime, 'retire' | 'close'> {
  readonly loaded: LoadedConfig
  readonly app: App['app']
  /** Serves a request. */
  readonly serve: RequestListener
  /** Runs what its features do when it begins to serve. */
  begin (): void
}

/**
 * Counts the requests of an app, so that it closes after the last of them: Fastify itself waits for the connections of its
 * server only, and this server is not the app's.
 *
 * @param onClosed called when it has closed
 */
export function createGeneration (loaded: LoadedConfig, { app, serve: begin, ended }: App, onClosed: () => void): Generation {
  const { routing } = app
  const { enter, retire, close } = createLifetime({
    log: app.log,
    wait: drainTime(loaded.model),
    close: () => app.close(),
    onClosed,
    ended
  })
  return {
    loaded,
    app,
    serve (request, response) {
      enter(response)
      routing(request, response)
    },
    begin () { begin() },
    retire,
    close
  }
}
