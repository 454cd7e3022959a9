import type { Worker } from 'node:cluster'
import { ConfigError, type Problem } from '@floodgate/config-loader'
import { workerRefused } from '../errors.ts'
import { tell, type MessageToPrimary, type MessageToWorker } from './messages.ts'

/** How long a worker may take to build a configuration, and to swap, in ms. */
const VOTE = 30_000
const SWAP = 5_000

// eslint-disable-next-line no-restricted-syntax -- numbers the reloads of this process
let rounds = 0

/** A worker that serves. */
export interface Voter {
  readonly id: number
  readonly worker: Worker
}

type Question = Extract<MessageToWorker, { round: number }>
type Answer = Extract<MessageToPrimary, { round: number }>

/** A configuration that the workers are asked to serve. */
export interface WorkersReload {
  /**
   * Lets every worker build it. Resolves with the files that they read for it, or rejects if a worker cannot build it; call `forget` then.
   *
   * @throws {FG_ERR_CONFIG_INVALID} the problems that a worker found
   * @throws {FG_ERR_GATEWAY_WORKER_REFUSED} a worker failed otherwise, did not answer in time, or read something else
   */
  prepare (): Promise<string[]>
  /** Lets every worker serve it. One that does not answer is killed: its replacement gets what is served now. */
  swap (): Promise<void>
}

/**
 * Asks workers to replace their configuration: all of them build it before one of them serves it. A worker that ends
 * meanwhile does not prevent it, unless all of them do.
 *
 * @param revision of what the primary has read
 */
export function reloadWorkers (voters: readonly Voter[], revision: string): WorkersReload {
  const round = ++rounds
  let ready: readonly Voter[] = []

  async function prepare (): Promise<string[]> {
    const answers = await Promise.all(voters.map(async (voter) => ({ voter, answer: await ask(voter, { floodgate: 'prepare', round }, VOTE) })))
    const files = new Set<string>()
    const prepared: Voter[] = []
    let failure: Error | null = null
    for (const { voter, answer } of answers) {
      if (answer === 'ended') continue
      if (answer === 'late') failure ??= workerRefused(voter.id, `it has not answered within ${VOTE} ms`)
      else if (answer.floodgate === 'refused') failure ??= refusalOf(voter.id, answer)
      else if (answer.floodgate === 'prepared' && answer.revision !== revision) failure ??= workerRefused(voter.id, 'it has read another configuration')
      else if (answer.floodgate === 'prepared') {
        prepared.push(voter)
        for (const file of answer.files) files.add(file)
      }
    }
    if (failure === null && prepared.length === 0 && voters.length > 0) failure = workerRefused(voters[0]!.id, 'it ended')
    if (failure !== null) throw failure
    ready = prepared
    return [...files]
  }

  return {
    prepare,
    async swap () {
      await Promise.all(ready.map(async (voter) => {
        if (await ask(voter, { floodgate: 'swap', round }, SWAP) === 'late') voter.worker.process.kill('SIGKILL')
      }))
    }
  }
}

/** Makes workers drop a configuration that they have built. */
export function forget (voters: readonly Voter[]): void {
  for (const { worker } of voters) tell<MessageToWorker>(worker, { floodgate: 'forget' })
}

function ask ({ worker }: Voter, message: Question, timeout: number): Promise<Answer | 'ended' | 'late'> {
  return new Promise((resolve) => {
    const end = (answer: Answer | 'ended' | 'late'): void => {
      clearTimeout(timer)
      worker.off('message', hear).off('exit', exit)
      resolve(answer)
    }
    const hear = (answer: MessageToPrimary): void => {
      if ('round' in answer && answer.round === message.round) end(answer)
    }
    const exit = (): void => { end('ended') }
    const timer = setTimeout(end, timeout, 'late')
    worker.on('message', hear).on('exit', exit)
    tell<Question>(worker, message)
  })
}

function refusalOf (id: number, { problems, message }: Extract<Answer, { floodgate: 'refused' }>): Error {
  return problems === null ? workerRefused(id, message) : new ConfigError(problems as readonly Problem[])
}
