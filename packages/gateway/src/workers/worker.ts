import cluster from 'node:cluster'
import type { FastifyInstance } from 'fastify'
import type { LoadedConfig } from '@floodgate/config-loader'
import { createWorkerBus } from '@floodgate/core'
import { drain, drainTime, endInTime } from '../serve/drain.ts'
import type { ServeOptions } from '../serve/serve-options.ts'
import { ignoreSignals } from '../serve/signals.ts'
import { createServer, listen } from '../serve/server.ts'
import { channelToPrimary } from './channel.ts'
import { tell, type MessageToPrimary, type MessageToWorker } from './messages.ts'
import type { WorkerIdentity } from './worker-identity.ts'

/** How much sooner a worker ends itself than its primary does, in ms. */
const MARGIN = 500

/** Serves as one of several workers, until the primary says that it is enough. */
export async function serveAsWorker (
  loaded: LoadedConfig,
  { onServing, uncaughtExceptions, ...options }: Omit<ServeOptions, 'workers'>,
  { id, count, port }: WorkerIdentity
): Promise<void> {
  ignoreSignals()
  const { model } = loaded
  let app: FastifyInstance | undefined
  const bus = createWorkerBus({
    id,
    count,
    send (frames) { tell<MessageToPrimary>(process, { floodgate: 'bus', frames }) },
    onError (topic, err) { app?.log.error({ err }, `a message of the topic "${topic}" failed`) }
  })
  let listening = false
  let enough = (): void => {}
  const stopped = new Promise<void>((resolve) => { enough = resolve })
  const leave = channelToPrimary().take(hear)
  try {
    app = await createServer(loaded, { ...options, workers: bus })
    const address = await listen(app, model, port)
    listening = true
    uncaughtExceptions?.serves(app)
    onServing?.()
    tell<MessageToPrimary>(process, { floodgate: 'listening', address })
    await stopped
    // Before the primary kills it.
    endInTime(app.log, drainTime(model) - MARGIN)
    await drain(app, drainTime(model))
  } finally {
    leave()
    // Its channel holds the process. Not `process.disconnect`, after which node:cluster ends it with 0 whatever has failed.
    cluster.worker?.disconnect()
  }

  function hear (message: MessageToWorker): void {
    if (message.floodgate === 'bus') bus.receive(message.frames)
    else if (message.floodgate === 'renew') app?.floodgate.renew().catch(() => {})
    else if (message.floodgate === 'drain') {
      if (listening) enough()
      else process.exit()
    }
  }
}
