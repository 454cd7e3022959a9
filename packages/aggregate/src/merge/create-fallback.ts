import { Fault, SkippedResponse, type CoreRequest, type Endpoint, type Step, type StepResponse } from '@floodgate/core'
import { discard } from '../read-body.ts'
import { shareBody } from './share-body.ts'
import { toFault } from './to-fault.ts'

/** Whether an answer sends the request on to the next backend. */
type IsFailure = (answer: StepResponse) => boolean

/**
 * Creates the step of `proxy.strategy: fallback` (KrakenD page "Fallback"): backends are a list of priorities, and the
 * next one is called only when the one before failed. Each sees the client's request. The endpoint's timeout holds for
 * all of them together. An answer that passes undecoded (`no-op`) is a failure from status 500 on.
 *
 * @param steps of the endpoint's backends that are no shadows, in the order of the configuration
 */
export function createFallback ({ outputEncoding }: Pick<Endpoint, 'outputEncoding'>, steps: readonly Step[]): Step {
  const isFailure: IsFailure = outputEncoding === 'no-op' ? ({ status }) => status >= 500 : ({ fault }) => fault !== null
  return inTurn(steps, isFailure, true)
}

/**
 * Creates the step of several backends with the output encoding `no-op`: the first whose condition holds
 * (`backend/conditional`) answers, whatever it answers.
 *
 * @param steps of the endpoint's backends that are no shadows, in the order of the configuration
 */
export function createChoice (steps: readonly Step[]): Step {
  return inTurn(steps, () => false, false)
}

function inTurn (steps: readonly Step[], isFailure: IsFailure, goesOn: boolean): Step {
  if (steps.length === 1) return steps[0]!
  return shareBody((request, resolve, reject) => { askInTurn(request, steps, isFailure, goesOn).then(resolve, reject) })
}

async function askInTurn (request: CoreRequest, steps: readonly Step[], isFailure: IsFailure, goesOn: boolean): Promise<StepResponse> {
  let failed: StepResponse | Fault | null = null
  for (const step of steps) {
    let outcome: StepResponse | Fault
    try {
      const answer = await step(request.fork())
      if (answer instanceof SkippedResponse) continue
      if (!isFailure(answer)) {
        drop(failed)
        return answer
      }
      outcome = answer
    } catch (error) {
      outcome = toFault(error)
      // The deadline is over, or the client has disconnected: the next backend is not called.
      if (!goesOn || request.call.reason !== null) throw outcome
    }
    drop(failed)
    failed = outcome
  }
  if (failed instanceof Fault) throw failed
  return failed ?? new SkippedResponse()
}

function drop (failed: StepResponse | Fault | null): void {
  if (failed !== null && !(failed instanceof Fault)) discard(failed.body)
}
