import { tell, type MessageToPrimary, type MessageToWorker } from './messages.ts'
import type { Voter } from './reload-workers.ts'

/**
 * Checks that the event loops of workers respond. Resolves to true when all have answered, except those that end meanwhile; to
 * false if there are none. It waits for a worker that hangs until that worker ends.
 */
export async function pingWorkers (voters: readonly Voter[]): Promise<boolean> {
  await Promise.all(voters.map(({ worker }) => new Promise<void>((resolve) => {
    const end = (): void => {
      worker.off('message', hear).off('exit', end)
      resolve()
    }
    const hear = ({ floodgate }: MessageToPrimary): void => { if (floodgate === 'pong') end() }
    worker.on('message', hear).on('exit', end)
    tell<MessageToWorker>(worker, { floodgate: 'ping' })
  })))
  return voters.length > 0
}
