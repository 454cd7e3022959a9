import type { LoadedConfig } from '@floodgate/config-loader'
import type { ControlAnswer } from '../reload/control-socket.ts'
import { gatewayStops } from '../errors.ts'
import { createReloads } from '../reload/reloads.ts'
import { createReloadableServer } from '../reload/reloadable-server.ts'
import { drain, drainTime, endInTime, noticeTime, stopTime } from './drain.ts'
import type { ServeOptions } from './serve-options.ts'
import { followSignals } from './signals.ts'
import { supervise } from '../systemd/supervise.ts'

/** Serves in this process alone. */
export async function serveAlone (
  first: LoadedConfig,
  { port, onListening, onServing, uncaughtExceptions, reload, watch = false, control, notice: ownNotice, ...options }: Omit<ServeOptions, 'workers'>
): Promise<void> {
  const supervisor = await supervise(() => server.log)
  const server = await createReloadableServer(first, options)
  let stopping = false
  const reloads = createReloads({
    load: reload,
    ...supervisor !== null && { around: supervisor.reloading },
    async apply (loaded) {
      const candidate = await server.prepare(loaded)
      if (stopping) {
        await candidate.abandon()
        throw gatewayStops()
      }
      candidate.swap()
      return candidate.files
    },
    counts: server.counts,
    onResult: server.notes.note,
    log: () => server.log,
    current: () => server.loaded,
    first: first.model,
    ownPort: port !== undefined,
    isOver: () => stopping
  })
  const reloadOrRenew = (): Promise<ControlAnswer> => supervisor === null ? reloadOrRenewNow() : supervisor.reloading(reloadOrRenewNow)
  const reloadOrRenewNow = async (): Promise<ControlAnswer> => {
    const result = await reloads.reload()
    if (result !== 'renew') return result
    await server.renew()
    return { renewed: true, revision: server.loaded.revision }
  }
  let closeControl = async (): Promise<void> => {}
  let forget = (): void => {}
  const stopped = new Promise<void>((resolve) => {
    forget = followSignals({
      stop (signal) {
        stopping = true
        const { model } = server.loaded
        server.log.info({ signal }, 'closing: running requests may finish')
        const notice = ownNotice ?? noticeTime(model)
        supervisor?.stopping(stopTime(model, notice))
        endInTime(server.log, notice + drainTime(model))
        drain(server, drainTime(model), { notice }).then(resolve)
      },
      async renew () { await reloadOrRenew() }
    })
  })
  try {
    const address = await server.listen(port)
    uncaughtExceptions?.serves(server)
    if (control !== undefined) {
      closeControl = await (await import('../reload/control-socket.ts')).openControlSocket({
        path: control,
        log: server.log,
        reload: reloadOrRenew,
        status: () => ({
          pid: process.pid,
          address,
          revision: server.loaded.revision,
          endpoints: server.loaded.model.endpoints.length,
          reloads: server.counts,
          workers: null,
          hostsOut: server.hostsOut()
        })
      })
    }
    if (watch) await reloads.watch([...first.files, ...server.files])
    onServing?.()
    onListening?.(address)
    supervisor?.ready(`serves on ${address}`)
    supervisor?.watch(async () => true)
    await stopped
  } catch (error) {
    await server.close()
    throw error
  } finally {
    reloads.close()
    await closeControl()
    await supervisor?.close()
    forget()
  }
}
