import type { CoreRequest } from './request.ts'
import type { Ask, Step, StepResponse } from './step.ts'

/** Creates a step that needs no promise for its response; {@link askStep} calls it without one. */
export function createStep <Answer> (ask: Ask<Answer>): ((request: CoreRequest) => Promise<Answer>) & { readonly ask: Ask<Answer> } {
  return Object.assign((request: CoreRequest) => new Promise<Answer>((resolve, reject) => { ask(request, resolve, reject) }), { ask })
}

/** Calls a step in the cheapest way. Neither function may throw. */
export function askStep (
  step: Step,
  request: CoreRequest,
  resolve: (answer: StepResponse) => void,
  reject: (error: unknown) => void
): void {
  try {
    if (step.ask === undefined) step(request).then(resolve, reject)
    else step.ask(request, resolve, reject)
  } catch (error) {
    reject(error)
  }
}

/** Runs a function that only changes the request before a step. An error in it is a failure of the step. */
export function prepareStep (prepare: (request: CoreRequest) => void, next: Step): Step {
  const { ask } = next
  const step = (request: CoreRequest): Promise<StepResponse> => {
    prepare(request)
    return next(request)
  }
  if (ask === undefined) return step
  return Object.assign(step, {
    ask: ((request, resolve, reject) => {
      prepare(request)
      ask(request, resolve, reject)
    }) satisfies Ask<StepResponse>
  })
}
