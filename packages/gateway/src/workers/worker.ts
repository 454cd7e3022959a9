import type { FastifyInstance } from 'fastify'
import type { LoadedConfig } from '@floodgate/config-loader'
import { createWorkerBus } from '@floodgate/core'
import { drain, drainTime } from '../serve/drain.ts'
import type { ServeOptions } from '../serve/serve.ts'
import { ignoreSignals } from '../serve/signals.ts'
import { createServer, listen } from '../server.ts'
import { tell, type MessageToPrimary, type MessageToWorker } from './messages.ts'
import type { Place } from './place.ts'

/** Serves as one of several workers, until the primary says that it is enough. */
export async function serveAsWorker (loaded: LoadedConfig, { onServing, ...options }: Omit<ServeOptions, 'workers'>, { id, count, port }: Place): Promise<void> {
  ignoreSignals()
  const { model } = loaded
  const bus = createWorkerBus({ id, count, send: (frames) => { tell<MessageToPrimary>(process, { floodgate: 'bus', frames }) } })
  let app: FastifyInstance | undefined
  let listening = false
  let enough = (): void => {}
  const stopped = new Promise<void>((resolve) => { enough = resolve })
  process.on('message', hear)
  try {
    app = await createServer(loaded, { ...options, workers: bus })
    const address = await listen(app, model, port)
    listening = true
    onServing?.()
    tell<MessageToPrimary>(process, { floodgate: 'listening', address })
    await stopped
    await drain(app, drainTime(model))
    // Its channel holds the process: node:cluster ends a worker that has none.
    process.disconnect()
  } finally {
    process.off('message', hear)
  }

  function hear (message: MessageToWorker): void {
    if (message.floodgate === 'bus') bus.receive(message.frames)
    else if (message.floodgate === 'renew') app?.floodgate.renew().catch(() => {})
    else if (message.floodgate === 'drain') (listening ? enough : process.exit)()
  }
}
