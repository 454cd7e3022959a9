import type { FrameToPrimary, FrameToWorker } from '@floodgate/core'

/** What a worker tells the primary. */
export type MessageToPrimary =
  | { readonly floodgate: 'listening', readonly address: string }
  | { readonly floodgate: 'bus', readonly frames: readonly FrameToPrimary[] }

/** What the primary tells a worker: to finish and end, to read files again, or what others say. */
export type MessageToWorker =
  | { readonly floodgate: 'drain' }
  | { readonly floodgate: 'renew' }
  | { readonly floodgate: 'bus', readonly frames: readonly FrameToWorker[] }

/** A process at the other end of a channel. */
interface Peer { send? (message: object, callback: (err: Error | null) => void): unknown }

/** Sends a message. A peer that is gone does not hear it, and its end is told by its exit. */
export function tell<Message extends object> (peer: Peer, message: Message): void {
  peer.send?.(message, () => {})
}
