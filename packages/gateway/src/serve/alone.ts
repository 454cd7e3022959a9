import type { LoadedConfig } from '@floodgate/config-loader'
import { createReloader } from '../reload/reloader.ts'
import { createReloadableServer } from '../reload/reloadable-server.ts'
import { drain, drainTime, endInTime } from './drain.ts'
import type { ServeOptions } from './serve-options.ts'
import { followSignals } from './signals.ts'

/** Serves in this process alone. */
export async function serveAlone (
  first: LoadedConfig,
  { port, onListening, onServing, uncaughtExceptions, reload, ...options }: Omit<ServeOptions, 'workers'>
): Promise<void> {
  const server = await createReloadableServer(first, options)
  const reloader = createReloader({
    counts: server.counts,
    log: () => server.log,
    current: () => server.loaded,
    first: first.model,
    ownPort: port !== undefined
  })
  const steps = reload && {
    load: reload,
    async apply (loaded: LoadedConfig) { (await server.prepare(loaded)).swap() }
  }
  let forget = (): void => {}
  const stopped = new Promise<void>((resolve) => {
    forget = followSignals({
      stop (signal) {
        const { model } = server.loaded
        server.log.info({ signal }, 'closing: running requests may finish')
        endInTime(server.log, drainTime(model))
        drain(server, drainTime(model)).then(resolve)
      },
      async renew () {
        if (steps !== undefined) await reloader.reload(steps)
        await server.renew()
      }
    })
  })
  try {
    const address = await server.listen(port)
    uncaughtExceptions?.serves(server)
    onServing?.()
    onListening?.(address)
    await stopped
  } catch (error) {
    await server.close()
    throw error
  } finally {
    forget()
  }
}
