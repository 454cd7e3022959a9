import type { Fault, Step } from '@floodgate/core'
import type { Scene } from './activation.ts'

/** Returns why something is refused; null if it is allowed. */
export type Refuse = (scene: Scene) => Fault | null

/** Wraps a step with checks before and after it; returns the step itself if there are none. */
export function guardStep (next: Step, before: Refuse | null, after: Refuse | null): Step {
  const guarded = after === null ? next : guardResponse(next, after)
  if (before === null) return guarded
  return function guardRequest (request) {
    const fault = before({ request, response: null })
    return fault === null ? guarded(request) : Promise.reject(fault)
  }
}

function guardResponse (next: Step, refuse: Refuse): Step {
  return async function guardResponse (request) {
    const response = await next(request)
    const fault = refuse({ request, response })
    if (fault === null) return response
    const { body } = response
    if (body !== null && !Buffer.isBuffer(body)) body.destroy()
    throw fault
  }
}
