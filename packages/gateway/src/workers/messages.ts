import type { ConfigText } from '@floodgate/config-loader'
import type { FrameToPrimary, FrameToWorker } from '@floodgate/core'

/**
 * Messages of a worker to the primary: it has started and requests the configuration of a file, it listens, or a
 * message for others.
 */
export type MessageToPrimary =
  | { readonly floodgate: 'hello', readonly file: string }
  | { readonly floodgate: 'listening', readonly address: string }
  | { readonly floodgate: 'bus', readonly frames: readonly FrameToPrimary[] }

/**
 * Messages of the primary to a worker: the configuration that it serves (null = none of that file), the request to
 * finish and end, the request to read files again, or a message of others.
 */
export type MessageToWorker =
  | { readonly floodgate: 'configuration', readonly text: ConfigText | null }
  | { readonly floodgate: 'drain' }
  | { readonly floodgate: 'renew' }
  | { readonly floodgate: 'bus', readonly frames: readonly FrameToWorker[] }

/** A process at the other end of a channel. */
interface Peer { send? (message: object, callback: (err: Error | null) => void): unknown }

/**
 * Sends a message. A peer that has ended does not receive it; its exit is reported separately. Throws if the message
 * cannot be serialized as JSON.
 */
export function tell<Message extends object> (peer: Peer, message: Message): void {
  peer.send?.(message, () => {})
}
