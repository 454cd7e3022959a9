import type { ConfigText } from '@floodgate/config-loader'
import { primarySilent } from '../errors.ts'
import { tell, type MessageToPrimary, type MessageToWorker } from './messages.ts'

/** How long the primary may take to answer a worker that starts, in ms: during a reload it waits for its result. */
const PATIENCE = 45_000

/**
 * A worker's end of its channel to the primary. A message without a listener is lost, so it listens from its creation
 * on, and stores messages until they are read.
 */
export interface Channel {
  /**
   * Asks for the configuration that the primary serves, so that all workers serve the same, even if the
   * file has changed. Null: it serves another file, and this worker reads its own.
   *
   * @throws {FG_ERR_GATEWAY_PRIMARY_SILENT} no answer within 45 s
   */
  ask (file: string): Promise<ConfigText | null>
  /** Receives messages from now on, beginning with those that were stored. Returns a function that ends it. */
  take (listener: (message: MessageToWorker) => void): () => void
}

// eslint-disable-next-line no-restricted-syntax -- one per process, and no request's
let channel: Channel | undefined

/** The channel of this worker to the primary. */
export function channelToPrimary (): Channel {
  channel ??= createChannel()
  return channel
}

function createChannel (): Channel {
  const waiting: MessageToWorker[] = []
  let listen: ((message: MessageToWorker) => void) | null = null
  let answer: ((text: ConfigText | null) => void) | null = null
  process.on('message', (message: MessageToWorker) => {
    if (message.floodgate === 'configuration') answer?.(message.text)
    else if (listen === null) waiting.push(message)
    else listen(message)
  })
  return {
    ask: (file) => new Promise((resolve, reject) => {
      const timer = setTimeout(() => { reject(primarySilent(PATIENCE)) }, PATIENCE)
      answer = (text) => {
        clearTimeout(timer)
        answer = null
        resolve(text)
      }
      tell<MessageToPrimary>(process, { floodgate: 'hello', file })
    }),
    take (listener) {
      listen = listener
      for (const message of waiting.splice(0)) listener(message)
      return () => { listen = null }
    }
  }
}
