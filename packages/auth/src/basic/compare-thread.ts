import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'

/** Compares a password with a bcrypt hash; null if the thread failed. Never rejects. */
export type Compare = (password: string, hash: string) => Promise<boolean | null>

/** A thread that compares passwords, one after the other. */
export interface CompareThread {
  readonly compare: Compare
  /** Ends the thread; pending comparisons resolve to null. */
  close (): Promise<void>
}

type Answer = [id: number, isRight: boolean]

/**
 * Source of the thread. It is a string so that it starts without the modules that the process preloads, and both from
 * the TypeScript sources and from the build.
 */
const code = `
const { parentPort, workerData } = require('node:worker_threads')
const { compareSync } = require(workerData)
parentPort.on('message', ([id, password, hash]) => {
  let isRight = false
  try { isRight = compareSync(password, hash) } catch {}
  parentPort.postMessage([id, isRight])
})`

/**
 * Creates the thread for comparisons of bcrypt, each of which takes milliseconds to seconds. It is started with the
 * first comparison and restarted after a failure, and keeps the process running only while it compares.
 *
 * @param onError called with the reason when the thread fails
 */
export function createCompareThread (onError: (error: Error) => void = () => {}): CompareThread {
  const waiting = new Map<number, (isRight: boolean | null) => void>()
  let worker: Worker | null = null
  let last = 0

  function start (): Worker {
    const started = new Worker(code, { eval: true, execArgv: [], env: {}, workerData: createRequire(import.meta.url).resolve('bcryptjs') })
    started.on('error', onError)
    started.on('message', ([id, isRight]: Answer) => { settle(id, isRight) })
    started.on('exit', () => {
      if (worker !== started) return
      worker = null
      for (const id of [...waiting.keys()]) settle(id, null)
    })
    return started
  }

  function settle (id: number, isRight: boolean | null): void {
    const resolve = waiting.get(id)
    waiting.delete(id)
    if (waiting.size === 0) worker?.unref()
    resolve?.(isRight)
  }

  return {
    compare: (password, hash) => new Promise((resolve) => {
      const id = ++last
      waiting.set(id, resolve)
      try {
        worker ??= start()
        worker.ref()
        worker.postMessage([id, password, hash])
      } catch (error) {
        onError(error as Error)
        settle(id, null)
      }
    }),
    async close () { await worker?.terminate() }
  }
}
