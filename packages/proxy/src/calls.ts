import { AsyncLocalStorage } from 'node:async_hooks'
import type { Body, Call, Fault } from '@floodgate/core'
import type { Called } from '@floodgate/engine'
import type { HostGroup } from '@floodgate/http-client'

/** What the configuration makes of a request, in place of what reply-from does. */
export interface Configured {
  /** Absent: reply-from's. */
  readonly address?: { readonly origin: string, readonly target: string } | undefined
  /** Absent: reply-from's; null = none. */
  readonly body?: Body | undefined
  /** Hosts that can take the place of the one in the address; null = there are none. */
  readonly hosts: HostGroup | null
}

/**
 * One call of `reply.from()`: when it ends early, and what the configuration makes of the request. To undici it is the
 * `signal` of its requests: an EventTarget whose one event is `abort`.
 */
export class ReplyFromCall implements Called {
  method = ''
  origin = ''
  target = ''
  /** The body is a stream, and has been sent: it cannot be sent again. */
  isSpent = false
  /** Ends after the endpoint's timeout, and when the client has left. */
  readonly call: Call
  readonly configured: Configured
  /** Answers with a failure that reply-from cannot report. */
  readonly fail: (error: unknown) => void

  constructor (call: Call, configured: Configured, fail: (error: unknown) => void) {
    this.call = call
    this.configured = configured
    this.fail = fail
  }

  get reason (): Fault | null {
    return this.call.reason
  }

  get aborted (): boolean {
    return this.call.reason !== null
  }

  addEventListener (_abort: string, listener: () => void): void {
    this.call.listen(listener)
  }

  removeEventListener (_abort: string, listener: () => void): void {
    this.call.unlisten(listener)
  }
}

/** The call that reply-from asks its dispatcher for: it hands on nothing that would say so, in later attempts either. */
export const calls = new AsyncLocalStorage<ReplyFromCall>()
