import type { Sender } from './sender.ts'

// eslint-disable-next-line no-restricted-syntax -- of the process, and no request's
const senders = new Set<Sender>()

/** Remembers a sender, so that what it has left is sent before the process ends. */
export function keepSender (sender: Sender): Sender {
  senders.add(sender)
  return sender
}

/** Sends what is left, for at most `ms`. */
export async function flushSenders (ms: number): Promise<void> {
  await Promise.all(Array.from(senders, (sender) => sender.flush(ms)))
}
