import type { Interceptor } from '@floodgate/http-client'
import { describeKind, toForeignFault, type Foreign } from '@floodgate/core'
import type { Dispatcher } from 'undici'
import { foreignWrap } from '../errors.ts'

type Handler = Dispatcher.DispatchHandler & Record<string, unknown>
type Abort = (reason: unknown) => void

const events = [
  'onRequestStart', 'onRequestUpgrade', 'onResponseStart', 'onResponseData', 'onResponseEnd', 'onResponseError',
  'onConnect', 'onUpgrade', 'onHeaders', 'onData', 'onComplete', 'onError', 'onBodySent', 'onRequestSent',
  'onResponseStarted'
] as const
const failures: ReadonlySet<string> = new Set(['onError', 'onResponseError'])

/**
 * Guards an interceptor of the host's. What it throws while a call is sent, or in a handler of its own while the answer
 * comes, ends that call with a fault that names it, and nothing else.
 */
export function guardInterceptor (foreign: Foreign, interceptor: Interceptor): Interceptor {
  if (typeof interceptor !== 'function') {
    throw foreignWrap({ ...foreign, who: `the client step of ${foreign.who}` }, describeKind(interceptor))
  }
  return (dispatch) => {
    /** The handler inside which each of the interceptor's own stands. */
    let outer: Dispatcher.DispatchHandler | null = null
    const inner: Dispatcher['dispatch'] = (options, handler) => dispatch(
      options,
      handler === outer ? handler : guardHandler(foreign, handler as Handler)
    )
    const intercepted = interceptor(inner)
    if (typeof intercepted !== 'function') {
      throw foreignWrap({ ...foreign, who: `the client step of ${foreign.who}` }, describeKind(intercepted))
    }
    return (options, handler) => {
      const before = outer
      outer = handler
      try {
        return intercepted(options, handler) !== false
      } catch (thrown) {
        fail(handler as Handler, toForeignFault(foreign, thrown) as Error)
        return true
      } finally {
        outer = before
      }
    }
  }
}

/** A handler of the interceptor's own: an exception in it would go to the socket that the answer comes from. */
function guardHandler (foreign: Foreign, handler: Handler): Dispatcher.DispatchHandler {
  let abort: Abort | null = null
  let over = false
  const guarded: Record<string, unknown> = {}
  for (const event of events) {
    if (typeof handler[event] !== 'function') continue
    guarded[event] = (...parameters: unknown[]): unknown => {
      // Its first parameter is what ends the call: a function, or a controller that has one.
      if (event === 'onConnect') abort = parameters[0] as Abort
      if (event === 'onRequestStart') abort = (reason) => { (parameters[0] as Dispatcher.DispatchController).abort(reason as Error) }
      if (over && !failures.has(event)) return false
      try {
        return (handler[event] as (...parameters: unknown[]) => unknown)(...parameters)
      } catch (thrown) {
        if (over) return false
        over = true
        const fault = toForeignFault(foreign, thrown)
        // Ends the call, which tells the handlers of it; after the last event there is no call to end.
        if (abort !== null && !failures.has(event) && event !== 'onComplete' && event !== 'onResponseEnd') abort(fault)
        return false
      }
    }
  }
  return guarded as Dispatcher.DispatchHandler
}

function fail (handler: Handler, error: Error): void {
  if (typeof handler.onResponseError === 'function') handler.onResponseError(null as unknown as Dispatcher.DispatchController, error)
  else (handler['onError'] as ((error: Error) => void) | undefined)?.(error)
}
