/** A port that is open beside the current one: one of both has to close. */
export interface PreparedPort {
  /** Closes the one before. */
  take (): Promise<void>
  abandon (): Promise<void>
}

const nothing = async (): Promise<void> => {}

/** Nothing is to be opened or closed. */
export const nothingPrepared: PreparedPort = { take: nothing, abandon: nothing }

/** Prepares ports one after the other; what was prepared is abandoned when a later one fails. */
export async function preparePorts (prepares: readonly (() => Promise<PreparedPort>)[]): Promise<PreparedPort> {
  const ports: PreparedPort[] = []
  const abandon = async (): Promise<void> => { await Promise.all(ports.map((port) => port.abandon())) }
  try {
    for (const prepare of prepares) ports.push(await prepare())
  } catch (error) {
    await abandon()
    throw error
  }
  return { async take () { await Promise.all(ports.map((port) => port.take())) }, abandon }
}
