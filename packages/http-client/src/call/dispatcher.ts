import { createRequire } from 'node:module'
import type { Dispatcher } from 'undici'
import { beginCall, type ClientDispatchOptions, type GenerationSource } from './begin-call.ts'
import type { CallPolicy } from './client-call.ts'

type DispatcherClass = new (source: GenerationSource, policy: CallPolicy) => Dispatcher

let dispatcherClass: DispatcherClass | null = null

/**
 * Creates the dispatcher of a client, for undici, fetch and reply-from. It stays the same while the connections behind
 * it are replaced. Only the registry of its client closes it.
 *
 * The first one loads undici, which takes a tenth of a second and is not needed for starting calls only.
 */
export function createDispatcher (source: GenerationSource, policy: CallPolicy): Dispatcher {
  dispatcherClass ??= defineDispatcher()
  return new dispatcherClass(source, policy) // eslint-disable-line new-cap -- it is made when it is first needed
}

function defineDispatcher (): DispatcherClass {
  const { Dispatcher } = createRequire(import.meta.url)('undici') as typeof import('undici')

  return class ClientDispatcher extends Dispatcher {
    readonly #source: GenerationSource
    readonly #policy: CallPolicy

    constructor (source: GenerationSource, policy: CallPolicy) {
      super()
      this.#source = source
      this.#policy = policy
    }

    override dispatch (options: ClientDispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
      return beginCall(this.#source, this.#policy, options, handler)
    }

    override close (): Promise<void>
    override close (callback: () => void): void
    override close (callback?: () => void): Promise<void> | void {
      return refuse(callback)
    }

    override destroy (error?: Error | null | (() => void), callback?: () => void): any {
      return refuse(typeof error === 'function' ? error : callback)
    }
  }
}

/** This dispatcher is shared: closing it by one user must not affect the others. */
function refuse (callback: (() => void) | undefined): Promise<void> | void {
  if (callback === undefined) return Promise.resolve()
  queueMicrotask(callback)
}
