import { Readable } from 'node:stream'
import { createStep, type Ask, type CoreRequest, type Step, type StepResponse } from '@floodgate/core'
import { brokenRequestBody } from '../errors.ts'
import { readWhole } from '../read-body.ts'

/** Reads the client's body once, so that each of several receivers can be given it; nothing waits where there is none to read. */
export function shareBody (ask: Ask<StepResponse>): Step {
  return createStep((request, resolve, reject) => {
    if (request.body instanceof Readable) readInto(request).then(() => { ask(request, resolve, reject) }).catch(reject)
    else ask(request, resolve, reject)
  })
}

async function readInto (request: CoreRequest): Promise<void> {
  const body = await readWhole(request.body, brokenRequestBody)
  request.body = body.length > 0 ? body : null
}
