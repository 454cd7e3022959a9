import type { CoreRequest } from './request.ts'
import type { Ask, Step, StepResponse } from './step.ts'

/** Makes a step of what needs no promise for its answer: whoever can do without one asks it by {@link askStep}. */
export function createStep <Answer> (ask: Ask<Answer>): ((request: CoreRequest) => Promise<Answer>) & { readonly ask: Ask<Answer> } {
  return Object.assign((request: CoreRequest) => new Promise<Answer>((resolve, reject) => { ask(request, resolve, reject) }), { ask })
}

/** Asks a step in the way that costs it less. Neither function may throw. */
export function askStep (step: Step, request: CoreRequest, resolve: (answer: StepResponse) => void, reject: (error: unknown) => void): void {
  try {
    if (step.ask === undefined) step(request).then(resolve, reject)
    else step.ask(request, resolve, reject)
  } catch (error) {
    reject(error)
  }
}

/** Puts something before a step that changes the request only. What it throws is the step's failure. */
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
