import { Readable } from 'node:stream'
import type { CoreRequest, StepResponse } from '@floodgate/core'
import { brokenRequestBody } from '../errors.ts'
import { readWhole } from '../read-body.ts'

type Ask = (request: CoreRequest) => Promise<StepResponse>

/** Reads the client's body once, so that each of several receivers can be given it; nothing waits where there is none to read. */
export function shareBody (ask: Ask): Ask {
  return (request) => request.body instanceof Readable ? readThen(ask, request) : ask(request)
}

async function readThen (ask: Ask, request: CoreRequest): Promise<StepResponse> {
  const body = await readWhole(request.body, brokenRequestBody)
  request.body = body.length > 0 ? body : null
  return ask(request)
}
