import type { MetricsLog } from './listener.ts'
import { nothingPrepared, type PreparedPort } from './prepared-port.ts'

interface Opened {
  readonly url: string
  close (): Promise<void>
}

export interface KeptPortOptions <Settings, Port> {
  /** Who serves it, for the log. */
  readonly name: string
  readonly log: Pick<MetricsLog, 'info'>
  /** Whether a port can stay open for other settings. */
  isSame (one: Settings, other: Settings): boolean
  open (settings: Settings): Promise<Port>
}

/** A port beside the gateway's own that passes from one configuration to the next. */
export interface KeptPort <Settings, Port> {
  /** null = none is open. */
  readonly current: Port | null
  /**
   * Opens the port of other settings beside the current one; undefined = none is wanted.
   *
   * @throws the error of `open`
   */
  prepare (settings: Settings | undefined): Promise<PreparedPort>
  close (): Promise<void>
}

/** Keeps a port open while its settings stay the same. */
export function createKeptPort <Settings, Port extends Opened> (
  { name, log, isSame, open }: KeptPortOptions<Settings, Port>
): KeptPort<Settings, Port> {
  let current: { readonly port: Port, readonly settings: Settings } | null = null

  async function openBeside (settings: Settings): Promise<PreparedPort> {
    if (current !== null && isSame(current.settings, settings)) return nothingPrepared
    const port = await open(settings)
    return {
      async take () {
        const before = current
        current = { port, settings }
        log.info(`${name} at ${port.url}`)
        await before?.port.close()
      },
      abandon: () => port.close()
    }
  }

  async function close (): Promise<void> {
    const last = current
    current = null
    await last?.port.close()
  }

  return {
    get current () { return current?.port ?? null },
    prepare: async (settings) => settings === undefined ? { take: close, abandon: nothingPrepared.abandon } : openBeside(settings),
    close
  }
}
