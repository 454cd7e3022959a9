import { hasData, type Endpoint } from '@floodgate/core'
import { addHeaders } from '../answer/answer-headers.ts'
import { closeAfterEarlyAnswer, isStream, setStatus, type Answer, type Render } from '../answer/answer.ts'
import { passageOf } from '../exchange/passage.ts'
import type { HandOver } from './hand-over.ts'

/**
 * Creates the function that sets an answer's status and headers on the reply, and leaves sending it to the host's code.
 *
 * @param render absent: answers pass as they are
 * @param labels false: an answer has neither X-Krakend-Completed nor Cache-Control
 */
export function createHandedAnswer ({ cacheTtl }: Endpoint, render: Render | undefined, labels: boolean, handOver: HandOver): Answer {
  return function answerHandedOver (response, reply, core) {
    const completed = render !== undefined && response.complete && hasData(response)
    const body = render === undefined ? response.body : render(response, core)
    const { status, headers } = response
    if (labels && completed && cacheTtl > 0) reply.header('cache-control', `public, max-age=${Math.trunc(cacheTtl / 1000)}`)
    addHeaders(reply, headers, null)
    if (labels) reply.header('x-krakend-completed', completed ? 'true' : 'false')
    setStatus(reply, status)
    closeAfterEarlyAnswer(reply)
    handOver(
      reply,
      { statusCode: status, headers, stream: isStream(body) ? body : passageOf(typeof body === 'string' ? Buffer.from(body) : body) },
      core.call
    )
  }
}
