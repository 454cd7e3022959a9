import { Readable } from 'node:stream'
import { afterTurns, Call, turnsToReport, type CoreRequest, type Fault, type Step, type StepResponse } from '@floodgate/core'
import { lostRace } from '../errors.ts'
import { discard } from '../read-body.ts'
import { shareBody } from './share-body.ts'
import { toFault } from './to-fault.ts'

/** Share of the endpoint's timeout that the calls get (as in the reference). */
const CALLS_BUDGET = 0.75

/**
 * Creates the step that sends each request several times concurrently and returns the first complete response; the
 * other calls are aborted. Without one it returns an incomplete response, or fails as the last call did (KrakenD page
 * "Concurrent calls").
 *
 * @param calls number of calls; 1 returns the step itself
 * @param timeout the endpoint's, in ms
 */
export function createConcurrent (calls: number, timeout: number, step: Step): Step {
  if (calls <= 1) return step
  const budget = timeout * CALLS_BUDGET
  const lost = lostRace()
  return shareBody((request, resolve, reject) => { race(calls, budget, step, request, lost).then(resolve, reject) })
}

function race (count: number, budget: number, step: Step, request: CoreRequest, lost: Fault): Promise<StepResponse> {
  return new Promise((resolve, reject) => {
    const whole = new Call(budget, request.call)
    const calls = Array.from({ length: count }, () => new Call(0, whole))
    let missing = count
    let done = false
    let second: StepResponse | null = null
    const end = (winner: Call | null, release: () => void) => {
      done = true
      for (const call of calls) if (call !== winner) call.cancel(lost)
      release()
    }
    const release = () => { for (const call of calls) call.finish(); whole.finish() }
    const giveUp = (fault: Fault | null) => {
      end(null, release)
      if (second === null) {
        reject(fault)
      } else {
        second.fault ??= fault
        resolve(second)
      }
    }
    /** Reason for aborting the calls. */
    let over: Fault | null = null
    const take = (response: StepResponse, call: Call) => {
      if (done || over !== null) {
        discard(response.body)
      } else if (response.complete) {
        if (second !== null) discard(second.body)
        const { body } = response
        // A stream is still being sent: it must be aborted by the deadline and by the client until its end.
        end(call, body instanceof Readable ? () => { body.once('close', release) } : release)
        resolve(response)
      } else {
        if (second !== null) discard(second.body)
        second = response
        if (--missing === 0) giveUp(null)
      }
    }
    const fail = (error: unknown) => {
      const fault = toFault(error)
      if (!done && --missing === 0) giveUp(over === null || fault.kind === 'foreign' ? fault : over)
    }
    whole.listen((reason) => {
      over = reason
      if (done) return
      if (reason.kind === 'deadline') afterTurns(turnsToReport, () => { if (!done) giveUp(reason) })
      else giveUp(reason)
    })
    for (const call of calls) {
      if (done || over !== null) return
      const attempt = request.fork()
      attempt.call = call
      try {
        step(attempt).then((response) => { take(response, call) }, fail)
      } catch (error) {
        fail(error)
      }
    }
  })
}
