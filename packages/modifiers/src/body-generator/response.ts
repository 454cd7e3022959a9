import { createDecoder } from '@floodgate/aggregate'
import {
  canonicalHeaders, DecodedResponse, holdBody, peekData, type CoreRequest, type FeatureContext, type Headers,
  type Place, type Step, type StepResponse
} from '@floodgate/core'
import { brokenRequestBody, responseFault, responseTemplateFault } from '../errors.ts'
import { logBody } from './log-body.ts'
import { readAnswer } from './read-answer.ts'
import { readOrText } from './read-content.ts'
import { requestData } from './request-data.ts'
import { responseNamespace as namespace, type GeneratorSettings } from './settings.ts'
import { compileTemplate, describeTemplateError, isJson } from './template.ts'

export interface ResponsePlace {
  /** Of the settings. */
  readonly place: Place
  /** The endpoint's, in ms; 0 = none. */
  readonly timeout: number
  /** Whether answers pass undecoded (`no-op`). */
  readonly isRaw: boolean
}

/** What describes the bytes of a body, and is not true of another one. */
const ofItsBody = ['content-length', 'content-encoding', 'transfer-encoding', 'etag', 'content-md5', 'digest', 'accept-ranges'] as const

/**
 * Replaces a response's content with what a template makes: a document, read again as its type says; or the body of
 * an answer that passes undecoded, with its type. Failures of backends are not rendered.
 */
export function createResponseGenerator (
  settings: GeneratorSettings,
  next: Step,
  { place, timeout, isRaw }: ResponsePlace,
  context: FeatureContext
): Step {
  const contentType = settings.content_type ?? 'application/json'
  const template = compileTemplate(settings, contentType, place, timeout, context)
  if (template === null) return next
  const { readsRequestBody, render } = template
  const decode = createDecoder(encodingOf(contentType), false, false)

  return async function generateAnswer (request) {
    if (readsRequestBody) await holdBody(request, brokenRequestBody)
    // As it is here: steps further in assign its fields.
    const asked = request.fork()
    const response = await next(request)
    return isRaw ? await replaceBody(response, asked) : replaceDocument(response, asked)
  }

  function replaceDocument (response: StepResponse, asked: CoreRequest): StepResponse {
    const text = write(asked, { resp_body: peekData(response), resp_completed: response.complete, resp_status: 0n, resp_headers: {} })
    let content
    try {
      content = decode(Buffer.from(text))
    } catch (error) {
      throw responseFault(`the rendered text cannot be read as ${contentType}`, error)
    }
    const made = new DecodedResponse(content, response.complete, response.fault)
    made.headers = response.headers
    return made
  }

  async function replaceBody (response: StepResponse, asked: CoreRequest): Promise<StepResponse> {
    const { status } = response
    if (status === 204 || status === 304 || asked.method === 'HEAD' || asked.incoming.method === 'HEAD') return response
    const body = await readAnswer(response)
    const text = Buffer.from(write(asked, {
      resp_body: readOrText(body, response.headers),
      resp_completed: response.complete,
      resp_status: BigInt(status),
      resp_headers: canonicalHeaders(response.headers)
    }))
    const headers: Headers = { ...response.headers }
    for (const name of ofItsBody) delete headers[name]
    headers['content-type'] = contentType
    headers['content-length'] = String(text.length)
    response.headers = headers
    response.body = text
    return response
  }

  function write (asked: CoreRequest, answer: Record<string, unknown>): string {
    // A deadline that passed meanwhile.
    if (asked.call.reason !== null) throw asked.call.reason
    const data = { ...requestData(asked, settings), ...answer }
    if (readsRequestBody) Object.assign(data, { req_body: readOrText(asked.body as Buffer | null, asked.headers) })
    let text
    try {
      text = render(data)
    } catch (error) {
      throw responseTemplateFault(describeTemplateError(error), error)
    }
    if (settings.debug) logBody(asked.incoming.log, namespace, data, text)
    return text
  }
}

/** The encoding that reads what a template has written. */
function encodingOf (contentType: string): string {
  if (isJson(contentType)) return 'safejson'
  if (/[/+]xml\b/i.test(contentType)) return 'xml'
  return /yaml/i.test(contentType) ? 'yaml' : 'string'
}
