import type { HostOut } from '../reload/hosts-out.ts'
import { tell, type MessageToPrimary, type MessageToWorker } from './messages.ts'
import type { Voter } from './reload-workers.ts'

/** How long a worker may take to answer, in ms. */
const patience = 2000

/**
 * Creates a function that asks workers which hosts they send no requests to: each has its own view. A worker that does not answer in
 * time reports none. Concurrent calls share one round of messages.
 */
export function createHostsQuestion (voters: () => readonly Voter[]): () => Promise<HostOut[]> {
  let current: Promise<HostOut[]> | null = null
  return () => {
    current ??= askHosts(voters()).finally(() => { current = null })
    return current
  }
}

async function askHosts (voters: readonly Voter[]): Promise<HostOut[]> {
  const lists = await Promise.all(voters.map(({ worker }) => new Promise<readonly HostOut[]>((resolve) => {
    const end = (hosts: readonly HostOut[]): void => {
      clearTimeout(timer)
      worker.off('message', hear).off('exit', exit)
      resolve(hosts)
    }
    const exit = (): void => { end([]) }
    const timer = setTimeout(exit, patience)
    const hear = (message: MessageToPrimary): void => { if (message.floodgate === 'hosts') end(message.out) }
    worker.on('message', hear).on('exit', exit)
    tell<MessageToWorker>(worker, { floodgate: 'hosts' })
  })))
  return lists.flat()
}
