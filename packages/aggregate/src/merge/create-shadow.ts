import { askStep, Call, type CoreRequest, type Endpoint, type Step } from '@floodgate/core'
import { discard } from '../read-body.ts'
import { shadowTimeout } from './shadow-backends.ts'
import { shareBody } from './share-body.ts'

/**
 * Creates the step that sends shadow backends a copy of every request before it goes its way. Nothing waits for them,
 * nothing comes of what they answer, and they go on when the client is gone (KrakenD page "Traffic mirroring").
 *
 * @param next the endpoint's step without its shadows
 * @param shadows steps of its shadow backends, in any order; without one it is `next`
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
