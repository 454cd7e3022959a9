import { Call, type CoreRequest, type Endpoint, type Fault, type Step, type StepResponse } from '@floodgate/core'
import { brokenBody } from '../errors.ts'
import { readWhole } from '../read-body.ts'
import type { EndpointProxySettings } from '../settings.ts'
import { PARTS_BUDGET } from './create-merge.ts'
import { isSkipped, mergeResponses } from './merge-responses.ts'
import { addValues, readWishes } from './sequence-values.ts'
import { regularBackends } from './shadow-backends.ts'
import { shareBody } from './share-body.ts'
import { toFault } from './to-fault.ts'

type Wishes = ReturnType<typeof readWishes>

/**
 * Creates the step that asks backends one after the other, each with what it wants of the answers before it as
 * parameters (`{resp0_id}`), and merges their answers (KrakenD page "Sequential proxy"). A failure of the first that is
 * called fails all; a later one, or an incomplete answer, ends the sequence with what there is.
 *
 * @param steps of the endpoint's backends without shadows, in the order of the configuration
 */
export function createSequential (endpoint: Pick<Endpoint, 'timeout' | 'backends' | 'extra'>, steps: readonly Step[], bare = false): Step {
  if (steps.length === 1) return steps[0]!
  const { sequential_propagated_params: propagated = [] } = (endpoint.extra.proxy ?? {}) as EndpointProxySettings
  const wishes = readWishes(regularBackends(endpoint), propagated)
  const bodies = new Set(wishes.flat().filter(({ path }) => path === null).map(({ from }) => from))
  const budget = endpoint.timeout * PARTS_BUDGET
  return shareBody((request, resolve, reject) => {
    const call = new Call(budget, request.call)
    askInTurn(request, call, steps, wishes, bodies, bare).finally(() => { call.finish() }).then(resolve, reject)
  })
}

async function askInTurn (
  request: CoreRequest,
  call: Call,
  steps: readonly Step[],
  wishes: Wishes,
  bodies: ReadonlySet<number>,
  bare: boolean
): Promise<StepResponse> {
  const answers: StepResponse[] = []
  const faults: Fault[] = []
  for (const [index, step] of steps.entries()) {
    if (wishes[index]!.length > 0) request.params = addValues(request.params, wishes[index]!, answers)
    const part = request.fork()
    part.call = call
    try {
      const answer = await step(part)
      if (bodies.has(index) && answer.data === null) answer.body = await readWhole(answer.body, brokenBody)
      answers.push(answer)
      if (!answer.complete) break
    } catch (error) {
      if (answers.every(isSkipped)) throw error
      faults.push(toFault(error))
      break
    }
  }
  const merged = mergeResponses(answers, faults, bare)
  if (answers.length < steps.length) merged.complete = false
  return merged
}
