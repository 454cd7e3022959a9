import cluster from 'node:cluster'
import { ConfigError, type LoadedConfig } from '@floodgate/config-loader'
import { asError, createWorkerBus } from '@floodgate/core'
import { drain, drainTime, endInTime, noticeTime } from '../serve/drain.ts'
import type { ServeOptions } from '../serve/serve-options.ts'
import { ignoreSignals } from '../serve/signals.ts'
import { createReloadableServer, type Candidate, type ReloadableServer } from '../reload/reloadable-server.ts'
import { channelToPrimary } from './channel.ts'
import { tell, type MessageToPrimary, type MessageToWorker } from './messages.ts'
import type { WorkerIdentity } from './worker-identity.ts'

/** How long before the primary would kill it a worker ends itself, in ms. */
const MARGIN = 500

/** Serves as one of several workers, until the primary stops it. */
export async function serveAsWorker (
  loaded: LoadedConfig,
  { onServing, uncaughtExceptions, reload, notice: ownNotice, ...options }: Omit<ServeOptions, 'workers'>,
  { id, count, port }: WorkerIdentity
): Promise<void> {
  ignoreSignals()
  let server: ReloadableServer | undefined
  let candidate: Candidate | null = null
  /** The reload that the primary asks for; 0 = none, so that what is being built for one is dropped. */
  let asked = 0
  const bus = createWorkerBus({
    id,
    count,
    send: (frames) => tell<MessageToPrimary>(process, { floodgate: 'bus', frames }),
    onError (topic, err) { server?.log.error({ err }, `a message of the topic "${topic}" failed`) }
  })
  let listening = false
  let enough = (): void => {}
  const stopped = new Promise<void>((resolve) => { enough = resolve })
  let decide = (_message: 'listen' | 'again'): void => {}
  const leave = channelToPrimary().take(hear)
  try {
    server = await createReloadableServer(loaded, { ...options, workers: bus })
    while (await built() === 'again') (await server.prepare(await reload!(new Set()))).swap()
    const address = await server.listen(port)
    listening = true
    uncaughtExceptions?.serves(server)
    onServing?.()
    tell<MessageToPrimary>(process, { floodgate: 'listening', address, files: server.files })
    await stopped
    // Before the primary kills it.
    const { model } = server.loaded
    const [wait, notice] = [drainTime(model), ownNotice ?? noticeTime(model)]
    endInTime(server.log, notice + wait - MARGIN)
    await drain(server, wait, { notice })
  } finally {
    leave()
    // Its channel holds the process. Not `process.disconnect`, after which node:cluster ends it with 0 whatever has failed.
    cluster.worker?.disconnect()
  }

  function hear (message: MessageToWorker): void {
    if (message.floodgate === 'bus') bus.receive(message.frames)
    else if (message.floodgate === 'listen' || message.floodgate === 'again') decide(message.floodgate)
    else if (message.floodgate === 'renew') server?.renew().catch(() => {})
    else if (message.floodgate === 'ping') tell<MessageToPrimary>(process, { floodgate: 'pong' })
    else if (message.floodgate === 'hosts') tell<MessageToPrimary>(process, { floodgate: 'hosts', out: server?.hostsOut() ?? [] })
    else if (message.floodgate === 'drain') {
      if (listening) enough()
      else process.exit()
    } else if (message.floodgate === 'prepare') prepare(message.round)
    else if (message.floodgate === 'swap') swap(message.round)
    else if (message.floodgate === 'forget') drop()
  }

  /** Reports that it could listen, and resolves with what the primary asks for. */
  function built (): Promise<'listen' | 'again'> {
    return new Promise((resolve) => {
      decide = resolve
      tell<MessageToPrimary>(process, { floodgate: 'built' })
    })
  }

  /** Builds what the primary gives beside what is served. */
  async function prepare (round: number): Promise<void> {
    asked = round
    try {
      if (server === undefined || reload === undefined) throw new Error('it has not started yet')
      const next = await reload(new Set())
      const ready = await server.prepare(next)
      if (asked !== round) return await ready.abandon()
      candidate = ready
      tell<MessageToPrimary>(process, { floodgate: 'prepared', round, revision: next.revision, files: ready.files })
    } catch (thrown) {
      const { message } = asError(thrown)
      tell<MessageToPrimary>(process, { floodgate: 'refused', round, message, problems: thrown instanceof ConfigError ? thrown.problems : null })
    }
  }

  function swap (round: number): void {
    if (asked !== round || candidate === null) return
    candidate.swap()
    candidate = null
    server!.counts.success++
    tell<MessageToPrimary>(process, { floodgate: 'swapped', round })
  }

  function drop (): void {
    asked = 0
    candidate?.abandon().catch(() => {})
    candidate = null
    if (server !== undefined) server.counts.failure++
  }
}
