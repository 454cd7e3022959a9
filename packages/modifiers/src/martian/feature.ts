import { drainBody, type BackendResponse, type Body, type CoreRequest, type Exchange, type Feature } from '@floodgate/core'
import type { MartianCall } from './modifier.ts'
import { parseMartian } from './parse.ts'
import { namespace, type MartianSettings } from './settings.ts'

/**
 * The points where this feature attaches: around the raw call, before redirects and caches, and before the response's
 * status is checked.
 */
export const feature: Partial<Feature> = {
  exchange (settings: MartianSettings, next: Exchange, backend, context): Exchange {
    const modifier = parseMartian(
      settings,
      [...backend.place, 'extra_config', namespace],
      (place, message) => { context.problem(place, message) },
      (place, message) => { context.warning(place, message) }
    )
    if (modifier === null || (modifier.request === null && modifier.response === null)) return next
    const { request: changeRequest, response: changeResponse } = modifier
    return async function modify (request) {
      const call: MartianCall = { request, headers: { ...request.headers }, isSkipped: false }
      if (changeRequest !== null) {
        changeRequest(call)
        request.headers = call.headers
      }
      const response = call.isSkipped ? skipped(request) : await next(request)
      if (changeResponse === null) return response
      try {
        await changeResponse(response, call)
      } catch (error) {
        discard(response.body)
        throw error
      }
      return response
    }
  }
}

/** Discards a body that will not be read. */
function discard (body: Body): void {
  if (body !== null && !Buffer.isBuffer(body)) body.destroy()
}

/** Placeholder for the response of a backend that is not called. */
function skipped ({ body }: CoreRequest): BackendResponse {
  drainBody(body)
  return { status: 200, headers: {}, body: null }
}
