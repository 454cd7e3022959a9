import type { LoadedConfig } from '@floodgate/config-loader'
import { createReloads } from '../reload/reloads.ts'
import { createReloadableServer } from '../reload/reloadable-server.ts'
import { drain, drainTime, endInTime } from './drain.ts'
import type { ServeOptions } from './serve-options.ts'
import { followSignals } from './signals.ts'

/** Serves in this process alone. */
export async function serveAlone (
  first: LoadedConfig,
  { port, onListening, onServing, uncaughtExceptions, reload, watch = false, ...options }: Omit<ServeOptions, 'workers'>
): Promise<void> {
  const server = await createReloadableServer(first, options)
  const reloads = createReloads({
    load: reload,
    async apply (loaded) {
      const candidate = await server.prepare(loaded)
      candidate.swap()
      return candidate.files
    },
    counts: server.counts,
    log: () => server.log,
    current: () => server.loaded,
    first: first.model,
    ownPort: port !== undefined
  })
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
        if (await reloads.reload() === 'renew') await server.renew()
      }
    })
  })
  try {
    const address = await server.listen(port)
    uncaughtExceptions?.serves(server)
    if (watch) await reloads.watch([...first.files, ...server.files])
    onServing?.()
    onListening?.(address)
    await stopped
  } catch (error) {
    await server.close()
    throw error
  } finally {
    reloads.close()
    forget()
  }
}
