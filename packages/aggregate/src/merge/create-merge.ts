import { afterTurns, askStep, Call, Fault, turnsToReport, type Endpoint, type Step, type StepResponse } from '@floodgate/core'
import { joinFaults } from '../errors.ts'
import { discard } from '../read-body.ts'
import { isSkipped, mergeResponses } from './merge-responses.ts'
import { shareBody } from './share-body.ts'
import { toFault } from './to-fault.ts'

/**
 * Share of the endpoint's timeout that its backends get, so that there is time to send the responses that arrived (as
 * in the reference).
 */
export const PARTS_BUDGET = 0.85

/**
 * Creates the step that calls several backends concurrently and merges their responses. If some fail or time out, the
 * response is partial (`complete` is false, `fault` has the reasons); it fails only if all fail.
 *
 * @param steps of the endpoint's backends without shadows, in the order of the configuration
 */
export function createMerge ({ timeout }: Pick<Endpoint, 'timeout'>, steps: readonly Step[], bare = false): Step {
  if (steps.length === 1) return steps[0]!
  const budget = timeout * PARTS_BUDGET
  return shareBody((request, resolve, reject) => {
    const call = new Call(budget, request.call)
    const parts: (StepResponse | Fault | undefined)[] = new Array(steps.length)
    let missing = steps.length
    let done = false
    /** Reason for aborting the parts. */
    let over: Fault | null = null
    const settle = (index: number, part: StepResponse | Fault) => {
      if (done || (over !== null && !(part instanceof Fault))) {
        if (!(part instanceof Fault)) discard(part.body)
        return
      }
      parts[index] = over === null || (part as Fault).kind === 'foreign' ? part : over
      if (--missing === 0) finish(over)
    }
    const end = (reason: Fault) => {
      over = reason
      if (reason.kind === 'deadline') afterTurns(turnsToReport, () => { if (!done) finish(reason) })
      else finish(reason)
    }
    const finish = (reason: Fault | null = null) => {
      done = true
      call.finish()
      const answers: StepResponse[] = []
      const faults: Fault[] = []
      // Loops over all parts: missing ones have failed for this reason.
      for (let index = 0; index < steps.length; index++) {
        const part = parts[index] ?? reason!
        if (part instanceof Fault) faults.push(part)
        else answers.push(part)
      }
      let merged
      try {
        if (faults.length > 0 && answers.every(isSkipped)) throw joinFaults(faults)
        merged = mergeResponses(answers, faults, bare)
      } catch (error) {
        reject(error)
        return
      }
      resolve(merged)
    }
    call.listen(end)
    for (let index = 0; index < steps.length; index++) {
      if (done || over !== null) return
      const part = request.fork()
      part.call = call
      askStep(steps[index]!, part, (response) => { settle(index, response) }, (error) => { settle(index, toFault(error)) })
    }
  })
}
