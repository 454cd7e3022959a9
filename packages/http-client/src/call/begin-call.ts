import type { Dispatcher } from 'undici'
import { toCallHandler } from './call-handler.ts'
import { ClientCall, type CallPolicy } from './client-call.ts'
import { ClientError } from './client-error.ts'
import type { Generation } from '../connections/generation.ts'
import type { HostGroup } from '../hosts/host-group.ts'

/** Options of `dispatch` that are ours. */
export interface ClientDispatchOptions extends Dispatcher.DispatchOptions {
  /** ms for the whole call: dial, redirects, headers and body. Exact; 0 or absent = no limit. */
  timeout?: number
  /**
   * Name that is sent as SNI and looked for in the certificate, where the settings have no `servername`: for callers
   * that have looked up the address themselves, like undici's interceptor `dns`. Default: the host of the origin.
   */
  servername?: string | null
  /**
   * IP address to connect to in place of what the host of the origin leads to. Default: none. Without effect where a
   * forward proxy is used.
   */
  address?: string | null
  /**
   * The hosts that can serve the request in place of each other (`client.createGroup`); the origin is one of them.
   * Default: none but the origin.
   */
  hosts?: HostGroup | null
}

/** Where calls find the generation that they begin with; null = the client is closed. */
export interface GenerationSource {
  readonly generation: Generation | null
}

/**
 * Begins a call. The handler may speak undici's current protocol (onRequestStart, …) or its older one (onConnect, …);
 * either gets its abort at once, and that works from the first moment on. `headersTimeout` and `bodyTimeout`, in ms, hold
 * beside what the settings say; absent or 0 = no limit. Always returns true: there is no limit to wait for.
 */
export function beginCall (
  { generation }: GenerationSource,
  policy: CallPolicy,
  options: ClientDispatchOptions,
  handler: Dispatcher.DispatchHandler
): true {
  const inner = toCallHandler(handler)
  if (generation === null) refuseCall(inner)
  else new ClientCall(policy, generation, options, inner).begin(options.timeout ?? policy.timeout)
  return true
}

/** As undici does it: a call that cannot begin fails without having started. */
function refuseCall (handler: Dispatcher.DispatchHandler): void {
  const controller = {
    aborted: false,
    paused: false,
    reason: null,
    rawHeaders: null,
    rawTrailers: null,
    abort () {},
    pause () {},
    resume () {}
  } as unknown as Dispatcher.DispatchController
  handler.onResponseError?.(controller, new ClientError('FG_ERR_HTTP_CLIENT_CLOSED', 'the client is closed: acquire a new one'))
}
