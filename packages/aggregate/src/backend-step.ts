import {
  DecodedResponse, Fault, type Backend, type BackendResponse, type CoreRequest, type Exchange, type Step,
  type StepResponse
} from '@floodgate/core'
import { createDecoder } from './decode/create-decoder.ts'
import { badAnswer, brokenBody } from './errors.ts'
import { readAnswer, readWhole } from './read-body.ts'
import { createRefuse } from './refuse.ts'
import { createShape } from './shape/create-shape.ts'

/** Converts a backend's response to its document, or to a fault. */
export type ReadAnswer = (answer: BackendResponse, request: CoreRequest) => StepResponse | Promise<StepResponse>

export interface ReadAnswerOptions {
  /** The exchange decompresses bodies itself, so that gzip need not be checked. Default false. */
  inflated?: boolean
  /**
   * Its documents are rarely inspected: long ones are validated without being parsed until they are. Default false.
   */
  unread?: boolean
  /** Its response is only used inside this gateway, where it is not copied with `{ ...response }`. Default false. */
  bare?: boolean
}

/**
 * Creates the step of one backend: the raw call, then its status, decoding and shaping. With the encoding `no-op` the
 * raw response is passed on unchanged.
 */
export function createBackendStep (backend: Backend, exchange: Exchange): Step {
  const read = createReadAnswer(backend)
  return (request) => exchange(request).then((answer) => read(answer, request))
}

/** Creates the function that a backend's step applies to the response of the raw call. It throws, or rejects with, a Fault. */
export function createReadAnswer (
  backend: Backend,
  { inflated = false, unread = false, bare = false }: ReadAnswerOptions = {}
): ReadAnswer {
  if (backend.encoding === 'no-op') return passOn
  const refuse = createRefuse(backend)
  const shape = createShape(backend)
  const decode = createDecoder(backend.encoding, backend.isCollection, shape?.exact ?? false, unread)
  const read = (body: Buffer): StepResponse => {
    try {
      const content = decode(body)
      return new DecodedResponse(shape === null ? content : shape(content), true, null, bare)
    } catch (error) {
      throw error instanceof Fault ? error : badAnswer('the response of the backend cannot be decoded', error)
    }
  }
  return function readAnswerOf (answer, request) {
    if (answer.status !== 200 && answer.status !== 201) return refuse(answer, request)
    const whole = inflated ? readWhole(answer.body, brokenBody) : readAnswer(answer)
    return Buffer.isBuffer(whole) ? read(whole) : whole.then(read)
  }
}

function passOn ({ status, headers, body }: BackendResponse): StepResponse {
  return { status, headers, body, data: null, complete: true, fault: null }
}
