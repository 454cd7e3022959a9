import type { ConfigText } from '@floodgate/config-loader'
import type { FrameToPrimary, FrameToWorker } from '@floodgate/core'
import type { HostOut } from '../reload/hosts-out.ts'

/**
 * Messages of a worker to the primary: it requests the configuration of a file, it has built it and could listen, it listens
 * (`files` that its features have read), it can or cannot serve another configuration, it serves it, it answers a ping, which hosts
 * get no requests from it, or a message for others. `round` is that of the question, since an answer may come after the primary
 * has given up waiting for it.
 */
export type MessageToPrimary =
  | { readonly floodgate: 'hello', readonly file: string }
  | { readonly floodgate: 'built' | 'pong' }
  | { readonly floodgate: 'hosts', readonly out: readonly HostOut[] }
  | { readonly floodgate: 'listening', readonly address: string, readonly files: readonly string[] }
  | { readonly floodgate: 'prepared', readonly round: number, readonly revision: string, readonly files: readonly string[] }
  | { readonly floodgate: 'refused', readonly round: number, readonly problems: readonly object[] | null, readonly message: string }
  | { readonly floodgate: 'swapped', readonly round: number }
  | { readonly floodgate: 'bus', readonly frames: readonly FrameToPrimary[] }

/**
 * Messages of the primary to a worker: the configuration that it serves (null = none of that file), the request to listen, or
 * to build what is served by now instead of what it has built, the request to finish and end, the request to read files again,
 * to build another configuration, to serve it or to drop it, to answer a ping, to tell which hosts are out, or a message of others.
 */
export type MessageToWorker =
  | { readonly floodgate: 'configuration', readonly text: ConfigText | null }
  | { readonly floodgate: 'listen' | 'again' | 'drain' | 'renew' | 'forget' | 'ping' | 'hosts' }
  | { readonly floodgate: 'prepare' | 'swap', readonly round: number }
  | { readonly floodgate: 'bus', readonly frames: readonly FrameToWorker[] }

/** A process at the other end of a channel. */
interface Peer { send? (message: object, callback: () => void): unknown }

/**
 * Sends a message. A peer that has ended does not receive it; its exit is reported separately. Throws if the message
 * cannot be serialized as JSON. Resolves when the message has left this process.
 */
export function tell<Message extends object> (peer: Peer, message: Message): Promise<void> {
  let left = (): void => {}
  const leaving = new Promise<void>((resolve) => { left = resolve })
  if (peer.send === undefined) left()
  else peer.send(message, left)
  return leaving
}
