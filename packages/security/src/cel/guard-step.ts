import type { Fault, Step } from '@floodgate/core'
import type { Scene } from './activation.ts'

/** Tells why something may not pass; null when it may. */
export type Refuse = (scene: Scene) => Fault | null

/** Puts checks before and behind a step; without any it is the step itself. */
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
