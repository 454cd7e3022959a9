/** Sends messages to a server without waiting for it, and without keeping the process running. */
export interface Sender {
  send (message: Buffer): void
  /** Resolves when all messages have been handed to the system, or after `ms`. */
  flush (ms: number): Promise<void>
}

/** Called when messages could not be sent: how many, and why. */
export type OnDropped = (messages: number, reason: string) => void

export interface Target {
  readonly host: string
  readonly port: number
}

/** Messages waiting beyond this many bytes are dropped, and counted. */
export const MOST_WAITING = 4 * 1024 * 1024

/** Interval at which drops are reported, in ms. */
const REPORTS = 10_000

/** Counts drops, and reports them at once and then at most every ten seconds. */
export function createDropCounter (report: OnDropped): (messages: number, reason: string) => void {
  let count = 0
  let last = -Infinity
  let timer: NodeJS.Timeout | undefined
  let why = ''
  const tell = (): void => {
    timer = undefined
    last = performance.now()
    const messages = count
    count = 0
    report(messages, why)
  }
  return function drop (messages, reason) {
    count += messages
    why = reason
    if (timer !== undefined) return
    const wait = last + REPORTS - performance.now()
    if (wait <= 0) tell()
    else timer = setTimeout(tell, wait).unref()
  }
}
