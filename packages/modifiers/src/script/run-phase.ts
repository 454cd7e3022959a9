import { ignoreRejection, isThenable, type Call } from '@floodgate/core'
import { thrownFault, timedOut, type ScriptCall } from './errors.ts'
import type { Phase } from './module/shape.ts'

/**
 * Runs a function of a script. One that returns a promise is waited for until the call ends; nothing is waited for
 * otherwise.
 *
 * @param then takes the result; what it throws is a failure of the function
 */
export function runPhase (
  where: ScriptCall,
  phase: Phase,
  call: Call,
  run: () => unknown,
  then: (result: unknown) => void,
  reject: (fault: unknown) => void
): void {
  const take = (result: unknown): void => {
    try {
      then(result)
    } catch (thrown) {
      reject(thrownFault(where, phase, thrown))
    }
  }
  let result
  try {
    result = run()
  } catch (thrown) {
    reject(thrownFault(where, phase, thrown))
    return
  }
  if (isThenable(result)) waitFor(result, where, phase, call, take, reject)
  else take(result)
}

function waitFor (
  result: PromiseLike<unknown>,
  where: ScriptCall,
  phase: Phase,
  call: Call,
  take: (result: unknown) => void,
  reject: (fault: unknown) => void
): void {
  if (call.reason !== null) {
    ignoreRejection(result)
    reject(timedOut(where, phase, call.reason))
    return
  }
  let isSettled = false
  const onEnd: Parameters<Call['listen']>[0] = (reason) => {
    isSettled = true
    reject(timedOut(where, phase, reason))
  }
  const settle = (): boolean => {
    if (isSettled) return false
    isSettled = true
    call.unlisten(onEnd)
    return true
  }
  call.listen(onEnd)
  result.then(
    (value) => { if (settle()) take(value) },
    // A call that has ended is the reason of whatever failed then.
    (thrown: unknown) => { if (settle()) reject(call.reason ?? thrownFault(where, phase, thrown)) }
  )
}
