import { askStep, Call, type CoreRequest, type Endpoint, type Step } from '@floodgate/core'
import { discard } from '../read-body.ts'
import { shadowTimeout } from './shadow-backends.ts'
import { shareBody } from './share-body.ts'

/**
 * Creates the step that sends a copy of every request to the shadow backends before the request is passed on. It does
 * not wait for them, ignores their responses, and lets them continue after the client has disconnected (KrakenD page
 * "Traffic mirroring").
 *
 * @param next the endpoint's step without its shadows
 * @param shadows steps of its shadow backends, in any order; if empty, `next` is returned
 */
export function createShadow (endpoint: Pick<Endpoint, 'backends' | 'timeout'>, next: Step, shadows: readonly Step[]): Step {
  if (shadows.length === 0) return next
  const timeout = shadowTimeout(endpoint)
  return shareBody((request, resolve, reject) => {
    for (const step of shadows) mirror(step, request, timeout)
    askStep(next, request, resolve, reject)
  })
}

function mirror (step: Step, request: CoreRequest, timeout: number): void {
  const call = new Call(timeout)
  const copy = request.fork()
  copy.call = call
  const end = () => { call.finish() }
  try {
    step(copy).then(({ body }) => { discard(body); end() }, end)
  } catch {
    end()
  }
}
