import type { BackendResponse, CoreRequest, Exchange, Step, StepResponse } from '@floodgate/core'

/** Chooses a host and builds the address: sets `origin`, `target` and the headers for the backend. */
export type Prepare = (request: CoreRequest) => void | Promise<void>

/** Creates the step of an endpoint that passes on the responses of its only backend unchanged. */
export function passThrough (prepare: Prepare, exchange: Exchange): Step {
  return function passThroughStep (request) {
    const prepared = prepare(request)
    return (prepared === undefined ? exchange(request) : prepared.then(() => exchange(request))).then(toStepResponse)
  }
}

function toStepResponse ({ status, headers, body }: BackendResponse): StepResponse {
  return { status, headers, body, data: null, complete: true, fault: null }
}
