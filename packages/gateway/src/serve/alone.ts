import type { LoadedConfig } from '@floodgate/config-loader'
import { createServer, listen } from './server.ts'
import { drain, drainTime, endInTime } from './drain.ts'
import type { ServeOptions } from './serve-options.ts'
import { followSignals } from './signals.ts'

/** Serves in this process alone. */
export async function serveAlone (
  loaded: LoadedConfig,
  { port, onListening, onServing, uncaughtExceptions, ...options }: Omit<ServeOptions, 'workers'>
): Promise<void> {
  const { model } = loaded
  const app = await createServer(loaded, options)
  const stopped = new Promise<void>((resolve) => {
    app.addHook('onClose', async () => { forget() })
    const forget = followSignals({
      stop (signal) {
        app.log.info({ signal }, 'closing: running requests may finish')
        endInTime(app.log, drainTime(model))
        drain(app, drainTime(model)).then(resolve)
      },
      renew () { app.floodgate.renew().catch(() => {}) }
    })
  })
  try {
    const address = await listen(app, model, port)
    uncaughtExceptions?.serves(app)
    onServing?.()
    onListening?.(address)
  } catch (error) {
    await app.close()
    throw error
  }
  await stopped
}
