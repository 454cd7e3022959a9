import { Readable } from 'node:stream'
import type { Headers, StepResponse } from '@floodgate/core'
import { native, type Arguments } from '../library/arguments.ts'
import type { NativeFunction, NativeResult } from '../machine/values.ts'
import { brokenAnswer, largeAnswer } from '../errors.ts'
import { createClass, type ObjectClass } from './classes.ts'
import { headerList, headers, type HeaderPlace } from './headers.ts'
import { hostOf } from './host.ts'
import type { Wrap } from './json-values.ts'

/** Longest body of an undecoded response that is read for a script, in bytes. */
const maxBody = 8 * 1024 * 1024

/** What describes the bytes of a body, and is not true of another one. */
const ofItsBody = ['content-length', 'content-encoding', 'transfer-encoding', 'etag', 'content-md5', 'digest'] as const

/** A response on its way to the client. */
export class ScriptResponse implements HeaderPlace {
  readonly response: StepResponse
  /** Whether it passes undecoded. */
  readonly isRaw: boolean
  readonly isStrict = true
  /** Of a decoded response, which has no status of its own. */
  #status = 0

  constructor (response: StepResponse, isRaw: boolean) {
    this.response = response
    this.isRaw = isRaw
  }

  get status (): number { return this.isRaw ? this.response.status : this.#status }

  set status (status: number) {
    if (this.isRaw) this.response.status = status
    else this.#status = status
  }

  /** The document; changes of what passes undecoded have no effect. */
  get data (): Record<string, unknown> {
    if (this.isRaw) return {}
    this.response.data ??= {}
    return this.response.data
  }

  all (): Readonly<Headers> { return this.response.headers }

  set (name: string, value: string | string[]): void {
    // How the message is sent follows from its body.
    if (name === 'transfer-encoding') return
    this.response.headers = { ...this.response.headers, [name]: value }
  }

  remove (name: string): void {
    const { [name]: _removed, ...others } = this.response.headers
    this.response.headers = others
  }
}

/** `response`: what the endpoint, or the backend, has answered. */
export function createResponseClass (wrap: Wrap): ObjectClass {
  const method = (
    name: string,
    body: (args: Arguments, response: ScriptResponse) => NativeResult
  ): NativeFunction => native(name, (args) => {
    const { value } = args.userdata(1)
    if (!(value instanceof ScriptResponse)) throw args.machine.failure('response expected')
    return body(args, value)
  })
  return createClass([native('load', ({ machine }) => hostOf(machine).loaded.response)], [
    method('isComplete', (args, { response }) => {
      if (args.count === 1) return response.complete
      response.complete = args.boolean(2)
      return []
    }),
    method('statusCode', (args, response) => {
      if (args.count === 1) return response.status
      const status = args.integer(2)
      if (status < 200 || status > 599) throw args.machine.failure(`invalid status code ${status}`)
      response.status = status
      return []
    }),
    method('data', (_args, { data }) => wrap.object(data)),
    method('headers', (args, response) => headers(args, response, wrap)),
    method('headerList', (args, response) => headerList(args, response, wrap)),
    method('body', body)
  ])
}

/** Of a response that passes undecoded. */
function body (args: Arguments, { response }: ScriptResponse): NativeResult {
  const { budget } = args.machine
  if (args.count === 1) {
    const given = (bytes: Buffer): string => {
      budget.takeString(bytes.length)
      return bytes.toString('latin1')
    }
    if (response.body === null) return ''
    return Buffer.isBuffer(response.body) ? given(response.body) : readAnswer(response).then(given)
  }
  const text = args.string(2)
  if (response.body instanceof Readable) response.body.destroy()
  const bytes = Buffer.from(text, 'latin1')
  const headers = { ...response.headers }
  for (const name of ofItsBody) delete headers[name]
  headers['content-length'] = String(bytes.length)
  response.headers = headers
  response.body = bytes
  return []
}

async function readAnswer (response: StepResponse): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of response.body as Readable) {
      length += (chunk as Buffer).length
      if (length > maxBody) throw largeAnswer(maxBody)
      chunks.push(chunk as Buffer)
    }
  } catch (error) {
    throw brokenAnswer(error)
  }
  const whole = Buffer.concat(chunks)
  response.body = whole
  return whole
}
