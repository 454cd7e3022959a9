import {
  type Body, type CoreRequest, DecodedResponse, firstHeaderLine, isMarkedNumber, peekData, stringifyExact,
  type StepResponse
} from '@floodgate/core'
import { badDocument } from '../errors.ts'
import { discard } from '../read-body.ts'
import { negotiate } from './negotiate.ts'
import { writeXml } from './xml.ts'
import { writeYaml } from './yaml.ts'

/** Returns a response's document as the body to send, and sets its content type in its headers. */
export type Render = (response: StepResponse, request: CoreRequest) => Body | string

type Write = (response: StepResponse) => Buffer | string

const JSON_TYPE = 'application/json; charset=utf-8'
const EMPTY_LIST = Buffer.from('[]')

const json = createWriter(JSON_TYPE, writeJson)
const xml = createWriter('application/xml', (response) => Buffer.from(writeXml(dataOf(response))))
const yaml = createWriter('application/yaml; charset=utf-8', (response) => Buffer.from(writeYaml(dataOf(response))))

const RENDERS: ReadonlyMap<string, Render> = new Map([
  ['json', json],
  ['fast-json', json],
  ['json-collection', createWriter(JSON_TYPE, writeCollection)],
  ['string', createWriter('text/plain; charset=utf-8', writeContent)],
  ['xml', xml],
  ['yaml', yaml],
  ['negotiate', (response, request) => RENDERS.get(negotiate(firstHeaderLine(request.incoming, 'accept')))!(response, request)],
  ['no-op', ({ body }) => body]
])

/**
 * Creates the function that turns an endpoint's answer into headers and body (KrakenD page "Content types"). Unchanged
 * JSON is sent as the backends wrote it: unlike there, keys are not sorted and `<`, `>`, `&` not escaped.
 *
 * The render throws a Fault if a document cannot be serialized.
 *
 * @param outputEncoding case-sensitive; for an unknown one, `fallback` is used
 * @param fallback the encoding of the endpoint's only backend; JSON if that is not an output encoding either
 */
export function createRender (outputEncoding: string, fallback = 'json'): Render {
  return RENDERS.get(outputEncoding) ?? RENDERS.get(fallback) ?? json
}

function createWriter (contentType: string, write: Write): Render {
  return (response) => {
    if (!(response instanceof DecodedResponse)) takeOver(response)
    // A type that a feature has set stays, as in the reference.
    response.headers['content-type'] ??= contentType
    try {
      return write(response)
    } catch (error) {
      throw badDocument(error)
    }
  }
}

/**
 * A raw response where a document is expected counts as an empty document (or what features made of it): nothing from
 * the backend is passed on.
 */
function takeOver (response: StepResponse): void {
  discard(response.body)
  response.status = 200
  response.headers = {}
  response.data ??= {}
}

function writeJson (response: StepResponse): Buffer | string {
  const text = response instanceof DecodedResponse ? response.text : null
  if (text !== null) return text.content
  return Buffer.from(stringifyExact(response.data))
}

function writeCollection (response: StepResponse): Buffer {
  const text = response instanceof DecodedResponse ? response.text : null
  if (text !== null && text.collection !== null) return text.collection
  if (text !== null && !Object.hasOwn(text.plain, 'collection')) return EMPTY_LIST
  const data = dataOf(response)
  return data !== null && Object.hasOwn(data, 'collection') ? Buffer.from(stringifyExact(data.collection)) : EMPTY_LIST
}

function writeContent (response: StepResponse): Buffer {
  const content = dataOf(response)?.content
  return typeof content === 'string' && !isMarkedNumber(content) ? Buffer.from(content) : Buffer.alloc(0)
}

function dataOf (response: StepResponse): Record<string, unknown> | null {
  return peekData(response) as Record<string, unknown> | null
}
