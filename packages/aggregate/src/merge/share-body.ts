import { createStep, holdBody, type Ask, type Step, type StepResponse } from '@floodgate/core'
import { brokenRequestBody } from '../errors.ts'

/**
 * Reads the client's body once, so that each of several receivers can be given it; nothing waits where there is none to read.
 * It is held: beyond `floodgate.max_request_body` the client gets 413.
 */
export function shareBody (ask: Ask<StepResponse>): Step {
  return createStep((request, resolve, reject) => {
    const held = holdBody(request, brokenRequestBody)
    if (held === null) ask(request, resolve, reject)
    else held.then(() => { ask(request, resolve, reject) }).catch(reject)
  })
}
