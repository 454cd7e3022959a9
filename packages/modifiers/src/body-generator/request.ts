import {
  askStep, createStep, drainBody, holdBody, type CoreRequest, type CreateBodyGenerator, type Headers, type Step
} from '@floodgate/core'
import { brokenRequestBody, requestTemplateFault, unreadableRequestBody } from '../errors.ts'
import { logBody } from './log-body.ts'
import { readContent } from './read-content.ts'
import { requestData } from './request-data.ts'
import type { GeneratorSettings } from './settings.ts'
import { compileTemplate, describeTemplateError } from './template.ts'

/** What says how the client's body is written, and is not true of another one. */
const ofItsBody = ['content-length', 'content-encoding', 'transfer-encoding'] as const

/**
 * Replaces the client's body with the one that a template makes, with its type. The client's body is read, and held,
 * only where the template may look at it. What goes wrong opens no circuit breaker: it is what the client sent.
 */
export const createBodyGenerator: CreateBodyGenerator = (
  settings: GeneratorSettings,
  next,
  { namespace, place, timeout, contentType: byDefault = 'application/json' },
  context
): Step => {
  const contentType = settings.content_type ?? byDefault
  const template = compileTemplate(settings, contentType, place, timeout, context)
  if (template === null) return next
  const { readsRequestBody, render } = template

  function generate (request: CoreRequest): void {
    // A deadline that passed while the body was read.
    if (request.call.reason !== null) throw request.call.reason
    const data = requestData(request, settings)
    if (readsRequestBody) data['req_body'] = bodyOf(request, namespace)
    let text
    try {
      text = render(data)
    } catch (error) {
      throw requestTemplateFault(namespace, describeTemplateError(error), error)
    }
    if (settings.debug) logBody(request.incoming.log, namespace, data, text)
    const headers: Headers = { ...request.headers, 'content-type': contentType }
    for (const name of ofItsBody) delete headers[name]
    request.headers = headers
    drainBody(request.body)
    request.body = Buffer.from(text)
  }

  return createStep(function generateBody (request, resolve, reject) {
    const held = readsRequestBody ? holdBody(request, brokenRequestBody) : null
    const go = (): void => {
      generate(request)
      askStep(next, request, resolve, reject)
    }
    if (held === null) go()
    else held.then(go).catch(reject)
  })
}

function bodyOf ({ body, headers }: CoreRequest, namespace: string): unknown {
  try {
    return readContent(body as Buffer | null, headers)
  } catch (error) {
    throw unreadableRequestBody(namespace, error)
  }
}
