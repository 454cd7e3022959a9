import type { ConfigText } from '@floodgate/config-loader'
import type { FrameToPrimary, FrameToWorker } from '@floodgate/core'

/**
 * What a worker tells the primary: that it is there and wants the configuration of a file, that it listens, or what it
 * has for others.
 */
export type MessageToPrimary =
  | { readonly floodgate: 'hello', readonly file: string }
  | { readonly floodgate: 'listening', readonly address: string }
  | { readonly floodgate: 'bus', readonly frames: readonly FrameToPrimary[] }

/**
 * What the primary tells a worker: the configuration that it serves (null = it has none of that file), to finish and
 * end, to read files again, or what others say.
 */
export type MessageToWorker =
  | { readonly floodgate: 'configuration', readonly text: ConfigText | null }
  | { readonly floodgate: 'drain' }
  | { readonly floodgate: 'renew' }
  | { readonly floodgate: 'bus', readonly frames: readonly FrameToWorker[] }

/** A process at the other end of a channel. */
interface Peer { send? (message: object, callback: (err: Error | null) => void): unknown }

/**
 * Sends a message. A peer that is gone does not hear it, and its end is told by its exit. Throws where JSON cannot say
 * what is in the message.
 */
export function tell<Message extends object> (peer: Peer, message: Message): void {
  peer.send?.(message, () => {})
}
