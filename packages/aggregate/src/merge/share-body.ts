import { createStep, holdBody, type Ask, type Step, type StepResponse } from '@floodgate/core'
import { brokenRequestBody } from '../errors.ts'

/**
 * Reads the client's body once for several receivers; without a body nothing waits. The body is held in memory: beyond
 * `floodgate.max_request_body` the client is answered 413.
 */
export function shareBody (ask: Ask<StepResponse>): Step {
  return createStep((request, resolve, reject) => {
    const held = holdBody(request, brokenRequestBody)
    if (held === null) ask(request, resolve, reject)
    else held.then(() => { ask(request, resolve, reject) }).catch(reject)
  })
}
