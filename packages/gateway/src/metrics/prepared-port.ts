/** A port that is open beside the current one: one of both has to close. */
export interface PreparedPort {
  /** Closes the one before. */
  take (): Promise<void>
  abandon (): Promise<void>
}

/** The steps from the port of one configuration to that of the next. */
export interface PortChange {
  /** Port that is to be opened, and that is to be closed; null = none. */
  readonly wanted: number | null
  readonly left: number | null
  /** Opens the port of the next configuration. */
  open (): Promise<void>
  /** Stops listening at the port that is to be closed; its connections stay. */
  pause (): void
  /** Listens there again. What prevents it is logged. */
  resume (): Promise<void>
  /** Closes the port of the configuration before. */
  take (): Promise<void>
  /** Closes the port of the next configuration. */
  drop (): Promise<void>
}

const nothing = async (): Promise<void> => {}

/** Nothing is to be opened or closed. */
export const noChange: PortChange = { wanted: null, left: null, open: nothing, pause () {}, resume: nothing, take: nothing, drop: nothing }

/**
 * Opens ports beside the current ones. Where a current one that is to be closed stands in the way (the same port of another address, or
 * ports that are exchanged), it stops listening first, and begins again if the configuration is abandoned.
 *
 * @throws what `open` throws; then nothing has changed
 */
export async function preparePorts (changes: readonly PortChange[]): Promise<PreparedPort> {
  const abandon = async (): Promise<void> => {
    await Promise.all(changes.map((change) => change.drop()))
    await Promise.all(changes.map((change) => change.resume()))
  }
  try {
    const blocked: PortChange[] = []
    for (const change of changes) {
      try {
        await change.open()
      } catch (error) {
        if (!changes.some(({ left }) => left !== null && left === change.wanted)) throw error
        blocked.push(change)
      }
    }
    for (const { left, pause } of changes) if (blocked.some(({ wanted }) => wanted === left)) pause()
    for (const change of blocked) await change.open()
  } catch (error) {
    await abandon()
    throw error
  }
  return { async take () { await Promise.all(changes.map((change) => change.take())) }, abandon }
}
