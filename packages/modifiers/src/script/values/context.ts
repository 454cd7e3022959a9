import type { FastifyBaseLogger, FastifyRequest } from 'fastify'
import { claimsOf, type Call, type Endpoint, type FeatureClient } from '@floodgate/core'
import { ScriptError } from '../errors.ts'
import type { ScriptContext } from '../types.ts'

/** What does not change between requests. */
export interface ContextParts {
  readonly endpoint: Pick<Endpoint, 'method' | 'path'> | null
  readonly options: Readonly<Record<string, unknown>>
  /** The client of the service's own settings. */
  client (): FeatureClient
}

/** What the functions of one script get for one request; anything that costs is made when it is asked for. */
export class Context implements ScriptContext {
  readonly endpoint: ScriptContext['endpoint']
  readonly options: Readonly<Record<string, unknown>>
  readonly incoming: FastifyRequest
  readonly #parts: ContextParts
  readonly #call: Call
  #state: Record<string, unknown> | null
  #signal: AbortSignal | null = null

  /** @param state of an earlier function for the same request; null: none yet */
  constructor (parts: ContextParts, incoming: FastifyRequest, call: Call, state: Record<string, unknown> | null = null) {
    this.endpoint = parts.endpoint
    this.options = parts.options
    this.incoming = incoming
    this.#parts = parts
    this.#call = call
    this.#state = state
  }

  get claims (): ScriptContext['claims'] { return claimsOf(this.incoming) }

  get log (): FastifyBaseLogger { return this.incoming.log }

  get state (): Record<string, unknown> {
    this.#state ??= {}
    return this.#state
  }

  /** What a function has put there; null for nothing. */
  get keptState (): Record<string, unknown> | null { return this.#state }

  get signal (): AbortSignal {
    if (this.#signal === null) {
      const controller = new AbortController()
      this.#signal = controller.signal
      this.#call.listen((reason) => { controller.abort(reason) })
    }
    return this.#signal
  }

  get fetch (): typeof globalThis.fetch {
    return (input, init) => {
      const { dispatcher } = this.#parts.client()
      return globalThis.fetch(input, { signal: this.signal, ...init, dispatcher } as unknown as RequestInit)
    }
  }

  error (status: number, body?: string | Uint8Array, contentType?: string): Error {
    if (!Number.isInteger(status) || status < 200 || status > 999) throw new RangeError(`context.error: the status must be a number from 200 to 999, not ${String(status)}`)
    return new ScriptError(status, body, contentType)
  }
}
