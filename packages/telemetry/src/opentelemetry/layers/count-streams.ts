import { askStep, createStep, type Step, type StepResponse } from '@floodgate/core'
import { recordOf } from '../request-record.ts'
import { countBody } from './count-body.ts'

/** Counts bodies of an endpoint that are passed on without a Content-Length, for the size of the response. */
export function countStreams (next: Step): Step {
  return createStep<StepResponse>((request, resolve, reject) => {
    askStep(next, request, (response) => {
      const { body } = response
      if (body !== null && !Buffer.isBuffer(body) && response.headers['content-length'] === undefined) {
        const record = recordOf(request.incoming)
        if (record !== undefined) countBody(record.reply)
      }
      resolve(response)
    }, reject)
  })
}
