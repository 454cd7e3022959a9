import {
  askStep, createStep, DecodedResponse, drainBody, type CoreRequest, type FeatureClient, type Place, type FeatureContext, type Step,
  type StepResponse
} from '@floodgate/core'
import { Readable } from 'node:stream'
import { largeDocument } from '../errors.ts'
import type { Host } from '../objects/host.ts'
import { isTooLarge } from '../objects/json-values.ts'
import { ScriptRequest } from '../objects/request.ts'
import { ScriptResponse } from '../objects/response.ts'
import { compilePlace } from './compile-place.ts'
import type { Environment } from './environment.ts'
import { fetchAnswer } from './fetch.ts'
import { Run } from './run.ts'
import type { LuaSettings } from './settings.ts'

export interface StepPlace {
  readonly namespace: string
  readonly place: Place
  /** Whether responses pass undecoded (`no-op`). */
  readonly isRaw: boolean
  readonly environment: Environment
}

/** Runs scripts around a step: `pre` with the request, `post` with the response. */
export function createScriptStep (
  settings: LuaSettings,
  next: Step,
  { namespace, place, isRaw, environment }: StepPlace,
  context: FeatureContext
): Step {
  const code = compilePlace(settings, namespace, place, context)
  if (code === null) return next
  const { skip_next: skips = false, allow_open_libs: all = false } = settings
  const client: FeatureClient = context.serviceClient()
  const libraries = environment.librariesOf(all, 'step')
  const hasPost = code.post !== null

  return createStep(function runScripts (request, resolve, reject) {
    const host: StepHost = new StepHost(request, client, namespace)
    host.loaded.request = environment.requestOf(new ScriptRequest(request))
    const run = new Run(namespace, code, libraries, host, () => request.call.reason)

    const finish = (response: StepResponse): void => {
      if (!hasPost) { resolve(response); return }
      const fail = (error: unknown): void => {
        discard(response)
        reject(error)
      }
      try {
        host.loaded.response = environment.responseOf(new ScriptResponse(response, isRaw))
        const after = run.after(environment.responseTable)
        const done = (): void => {
          if (host.sharesValues && isTooLarge(response.data)) fail(largeDocument(namespace))
          else resolve(response)
        }
        if (after === undefined) done()
        else after.then(done).catch(fail)
      } catch (error) {
        fail(error)
      }
    }
    const goOn = (): void => {
      if (skips) {
        drainBody(request.body)
        finish(emptyResponse(isRaw))
      } else askStep(next, request, finish, reject)
    }
    const before = run.before()
    if (before === undefined) goOn()
    else before.then(goOn).catch(reject)
  })
}

/** What a response is made from where no backend is asked. */
function emptyResponse (isRaw: boolean): StepResponse {
  return isRaw
    ? { status: 200, headers: {}, body: null, data: null, complete: false, fault: null }
    : new DecodedResponse({}, false)
}

function discard ({ body }: StepResponse): void {
  if (body instanceof Readable) body.destroy()
}

class StepHost implements Host {
  readonly loaded: Host['loaded'] = {}
  customError: Host['customError'] = null
  sharesValues = false
  readonly #request: CoreRequest
  readonly #client: FeatureClient
  readonly #namespace: string

  constructor (request: CoreRequest, client: FeatureClient, namespace: string) {
    this.#request = request
    this.#client = client
    this.#namespace = namespace
  }

  print (line: string): void { this.#request.incoming.log.info({ namespace: this.#namespace }, line) }

  fetch (question: Parameters<Host['fetch']>[0]): ReturnType<Host['fetch']> {
    return fetchAnswer(this.#client, question, this.#request.call)
  }
}
