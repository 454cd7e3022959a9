import { answerEarly, Fault, heldLimit, holdBody, holdEarly, type Feature, type FeatureContext } from '@floodgate/core'
import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import { brokenBodyFault } from '../errors.ts'
import { compileOperations, type Extract } from './compile-operations.ts'
import { mayBeJson } from './may-be-json.ts'
import { earlyNamespace, namespace, type ExtractorSettings } from './settings.ts'
import { writeIntoClient, writeIntoCore } from './write-values.ts'

/** The points where `modifier/request-body-extractor` attaches: at the service before routes, at an endpoint behind its hooks. */
export const feature: Partial<Feature> = {
  service (settings: ExtractorSettings, context) {
    const { model } = context
    const extract = compileOperations(settings, [...model.place, 'extra_config', namespace], context)
    if (extract === null) return undefined
    return {
      onRequest: extractEarly(extract, heldLimit(model.extra), Math.max(0, ...model.endpoints.map(({ timeout }) => timeout))),
      sparesHealth: true
    }
  },
  endpoint (settings: ExtractorSettings, next, { place }, context) {
    const extract = compileOperations(settings, [...place, 'extra_config', namespace], context)
    if (extract === null) return next
    return async function extractFromBody (request) {
      if (mayBeJson(request.incoming)) {
        const held = holdBody(request, brokenBodyFault)
        if (held !== null) await held
        if (Buffer.isBuffer(request.body)) writeIntoCore(request, extract(request.body))
      }
      return await next(request)
    }
  }
}

/** The point where `modifier/request-body-extractor/early` attaches: before the other hooks of the endpoint. */
export const earlyFeature: Partial<Feature> = {
  route (settings: ExtractorSettings, { place, extra, timeout }, context: FeatureContext) {
    const extract = compileOperations(settings, [...place, 'extra_config', earlyNamespace], context)
    return extract === null ? undefined : { onRequest: extractEarly(extract, heldLimit(extra, context.model.extra), timeout) }
  }
}

const done = Symbol('floodgate.extracted')

function extractEarly (extract: Extract, limit: number, timeout: number): onRequestHookHandler {
  return function extractEarly (request, reply, next) {
    const holder = request.raw as { [done]?: Set<Extract> }
    // Hooks of the service run again for a request that is routed a second time.
    if (holder[done]?.has(extract) === true || !mayBeJson(request)) { next(); return }
    const held = holdEarly(request, limit, timeout, brokenBodyFault)
    if (held === null) { next(); return }
    held.then((body) => {
      if (body !== null && body.length > 0) writeIntoClient(request, extract(body))
      ;(holder[done] ??= new Set()).add(extract)
    }).then(() => { next() }, (error: unknown) => { refuse(request, reply, error) })
  }
}

function refuse (request: FastifyRequest, reply: FastifyReply, error: unknown): void {
  const fault = error instanceof Fault ? error : new Fault('request', 'FG_ERR_MODIFIERS_EXTRACTOR', 'internal error', { cause: error })
  request.log.warn({ code: fault.code, ...(fault.cause !== undefined && { err: fault.cause }) }, `request refused: ${fault.detail}`)
  reply.header('x-krakend-completed', 'false')
  answerEarly(request, reply, fault.status)
}
