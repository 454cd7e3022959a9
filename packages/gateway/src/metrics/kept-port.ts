import type { OpenedPort } from '@floodgate/core'
import type { MetricsLog } from './listener.ts'
import { noChange, type PortChange } from './prepared-port.ts'

interface Opened extends OpenedPort { readonly url: string }

export interface KeptPortOptions <Settings, Port> {
  /** Who serves it, for the log. */
  readonly name: string
  readonly log: MetricsLog
  /** Whether a port can stay open for other settings. */
  isSame (one: Settings, other: Settings): boolean
  open (settings: Settings): Promise<Port>
}

/** A port beside the gateway's own that passes from one configuration to the next. */
export interface KeptPort <Settings, Port> {
  /** null = none is open. */
  readonly current: Port | null
  /** Returns the steps to the port of other settings, whose `open` throws what `open` of the options throws; undefined = none is wanted. */
  change (settings: Settings | undefined): PortChange
  close (): Promise<void>
}

/** Keeps a port open while its settings stay the same. */
export function createKeptPort <Settings extends { readonly port: number }, Port extends Opened> (
  { name, log, isSame, open }: KeptPortOptions<Settings, Port>
): KeptPort<Settings, Port> {
  let current: { readonly port: Port, readonly settings: Settings } | null = null

  function change (settings: Settings | undefined): PortChange {
    const before = current
    if (settings === undefined ? before === null : before !== null && isSame(before.settings, settings)) return noChange
    let next: Port | null = null
    let isPaused = false
    return {
      wanted: settings?.port ?? null,
      left: before === null ? null : portOf(before.port.url),
      async open () { if (settings !== undefined) next = await open(settings) },
      pause () {
        before?.port.pause()
        isPaused = true
      },
      async resume () {
        if (!isPaused) return
        isPaused = false
        try {
          await before?.port.resume()
        } catch (err) {
          log.error({ err }, `${name}: ${before!.port.url} cannot be opened again`)
          current = null
        }
      },
      async take () {
        current = next === null ? null : { port: next, settings: settings! }
        if (next !== null) log.info(`${name} at ${next.url}`)
        await before?.port.close()
      },
      async drop () { await next?.close() }
    }
  }

  return {
    get current () { return current?.port ?? null },
    change,
    async close () {
      const last = current
      current = null
      await last?.port.close()
    }
  }
}

function portOf (url: string): number {
  return Number(new URL(url).port || 80)
}
