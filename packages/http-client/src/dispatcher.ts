import { Dispatcher } from 'undici'
import { toCallHandler } from './call-handler.ts'
import { ClientCall, type CallPolicy } from './client-call.ts'
import { ClientError } from './client-error.ts'
import type { Generation } from './generation.ts'

/** Options of `dispatch` that are ours. */
export interface ClientDispatchOptions extends Dispatcher.DispatchOptions {
  /** ms for the whole call: dial, redirects, headers and body. Exact; 0 or absent = no limit. */
  timeout?: number
  /**
   * Name that is sent as SNI and looked for in the certificate, where the settings have no `servername`: for who has looked
   * the address up himself, as undici's interceptor `dns` does. Default: the host of the origin.
   */
  servername?: string | null
}

/** Where a dispatcher finds the generation that new calls begin with; null = the client is closed. */
export interface GenerationSource {
  readonly generation: Generation | null
}

/**
 * The dispatcher of a client: to undici, fetch and reply-from one like any other. It stays the same while the
 * connections behind it are replaced. It is closed by the registry of its client only.
 */
export class ClientDispatcher extends Dispatcher {
  readonly #source: GenerationSource
  readonly #policy: CallPolicy

  constructor (source: GenerationSource, policy: CallPolicy) {
    super()
    this.#source = source
    this.#policy = policy
  }

  /**
   * Begins a call. The handler may speak undici's current protocol (onRequestStart, …) or its older one (onConnect, …);
   * either gets its abort at once, and that works from the first moment on. `headersTimeout` and `bodyTimeout`, in ms, hold
   * beside what the settings say; absent or 0 = no limit. Always returns true: there is no limit to wait for.
   */
  override dispatch (options: ClientDispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const inner = toCallHandler(handler)
    const { generation } = this.#source
    if (generation === null) refuseCall(inner)
    else new ClientCall(this.#policy, generation, options, inner).begin(options.timeout ?? 0)
    return true
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

/** As undici does it: a call that cannot begin fails without having started. */
function refuseCall (handler: Dispatcher.DispatchHandler): void {
  const controller = { aborted: false, paused: false, reason: null, rawHeaders: null, rawTrailers: null, abort () {}, pause () {}, resume () {} } as unknown as Dispatcher.DispatchController
  handler.onResponseError?.(controller, new ClientError('FG_ERR_HTTP_CLIENT_CLOSED', 'the client is closed: acquire a new one'))
}

/** Others use this dispatcher as well: whoever believes to own it keeps its connections from closing nobody. */
function refuse (callback: (() => void) | undefined): Promise<void> | void {
  if (callback === undefined) return Promise.resolve()
  queueMicrotask(callback)
}
