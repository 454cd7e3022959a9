import { DecodedResponse, Fault, type Backend, type BackendResponse, type CoreRequest, type Exchange, type Step, type StepResponse } from '@floodgate/core'
import { createDecoder } from './decode/create-decoder.ts'
import { badAnswer, brokenBody } from './errors.ts'
import { readAnswer, readWhole } from './read-body.ts'
import { createRefuse } from './refuse.ts'
import { createShape } from './shape/create-shape.ts'

/** Makes a backend's document of its answer, or a fault. */
export type ReadAnswer = (answer: BackendResponse, request: CoreRequest) => StepResponse | Promise<StepResponse>

export interface ReadAnswerOptions {
  /** The exchange inflates bodies itself, so that nobody need look for gzip. Default false. */
  inflated?: boolean
  /** Hardly anybody looks into its documents: long ones are checked without being parsed, until somebody does. Default false. */
  unread?: boolean
  /** Nobody outside this gateway sees what is made of it, who might copy it with `{ ...response }`. Default false. */
  bare?: boolean
}

/**
 * Creates the step of one backend: the raw call, then its status, decoding and shaping. With the encoding `no-op` the
 * raw answer is passed on as it is.
 */
export function createBackendStep (backend: Backend, exchange: Exchange): Step {
  const read = createReadAnswer(backend)
  return (request) => exchange(request).then((answer) => read(answer, request))
}

/** Creates what a backend's step does with the answer of the raw call. What it throws, or rejects with, is a Fault. */
export function createReadAnswer (backend: Backend, { inflated = false, unread = false, bare = false }: ReadAnswerOptions = {}): ReadAnswer {
  if (backend.encoding === 'no-op') return passOn
  const refuse = createRefuse(backend)
  const shape = createShape(backend)
  const decode = createDecoder(backend.encoding, backend.isCollection, shape?.exact ?? false, unread)
  const read = (body: Buffer): StepResponse => {
    try {
      const content = decode(body)
      return new DecodedResponse(shape === null ? content : shape(content), true, null, bare)
    } catch (error) {
      throw error instanceof Fault ? error : badAnswer('the answer of the backend cannot be decoded', error)
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
