import type { Sender } from './sender.ts'

// eslint-disable-next-line no-restricted-syntax -- of the process, and no request's
const senders = new Map<string, Sender>()

/**
 * Returns the process's sender of a server: configurations that are loaded again share it, and what it has left is sent
 * before the process ends.
 *
 * @param server what tells it from others: protocol and address
 */
export function senderOf (server: string, create: () => Sender): Sender {
  let sender = senders.get(server)
  if (sender === undefined) senders.set(server, sender = create())
  return sender
}

/** Sends what is left, for at most `ms`. */
export async function flushSenders (ms: number): Promise<void> {
  await Promise.all(Array.from(senders.values(), (sender) => sender.flush(ms)))
}
