import { answerEarly, Call, Fault, heldLimit, holdEarly, type ExtraConfig, type FeatureClient, type FeatureContext, type Place } from '@floodgate/core'
import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import { brokenBody, scriptFault } from '../errors.ts'
import { ScriptContext } from '../objects/context.ts'
import type { Host } from '../objects/host.ts'
import { compilePlace } from './compile-place.ts'
import type { Environment } from './environment.ts'
import { fetchAnswer } from './fetch.ts'
import { Run } from './run.ts'
import { endpointNamespace, type LuaSettings } from './settings.ts'

export interface HookPlace {
  readonly place: Place
  /** How long a script may wait for bodies and responses, in ms. */
  readonly timeout: number
  /** Whether the status that a script asks for is answered; otherwise 500, as on the reference for the service. */
  readonly keepsStatus: boolean
  /** Of the endpoint and the service. */
  readonly extras: readonly ExtraConfig[]
  readonly environment: Environment
}

/** Runs a script before a request is handled. Null where there is none. */
export function createScriptHook (
  settings: LuaSettings,
  { place, timeout, keepsStatus, extras, environment }: HookPlace,
  context: FeatureContext
): onRequestHookHandler | null {
  for (const key of ['post', 'skip_next'] as const) {
    if (settings[key] !== undefined) context.warning([...place, key], `has no effect with "${endpointNamespace}": write it in "modifier/lua-proxy"`)
  }
  const { post: _post, ...before } = settings
  const code = compilePlace(before, endpointNamespace, place, context)
  if (code === null) return null
  const client = context.serviceClient()
  const libraries = environment.librariesOf(settings.allow_open_libs ?? false, 'endpoint')
  const limit = heldLimit(...extras)
  const read = (request: FastifyRequest): Promise<Buffer | null> | null => holdEarly(request, limit, timeout, brokenBody)
  const ran = Symbol('floodgate.lua')

  return function runScript (request, reply, done) {
    const holder = request.raw as { [ran]?: true }
    // Hooks of the service run again for a request that is routed a second time.
    if (holder[ran] === true) { done(); return }
    holder[ran] = true
    const host = new HookHost(request, reply, client, timeout)
    host.loaded.ctx = environment.contextOf(new ScriptContext(request, read))
    const fail = (error: unknown): void => {
      host.end()
      refuse(request, reply, error, keepsStatus)
    }
    try {
      const running = new Run(endpointNamespace, code, libraries, host, () => host.ended()).before()
      if (running === undefined) done()
      else running.then(() => { host.end() }).then(() => { done() }, fail)
    } catch (error) {
      fail(error)
    }
  }
}

/** The body stays empty, whatever the script wrote, as on the reference. */
function refuse (request: FastifyRequest, reply: FastifyReply, error: unknown, keepsStatus: boolean): void {
  const fault = error instanceof Fault ? error : scriptFault(endpointNamespace, 'internal error', error)
  const { code, kind, detail, answer, cause, status } = fault
  if (kind === 'abort' || reply.raw.destroyed) {
    reply.hijack()
    return
  }
  request.log.error({ code, kind, detail, ...cause !== undefined && { err: cause } }, 'request refused')
  if (answer !== null && keepsStatus) reply.header('content-type', answer.contentType)
  answerEarly(request, reply, keepsStatus || kind === 'request' ? status : 500)
}

class HookHost implements Host {
  readonly loaded: Host['loaded'] = {}
  customError: Host['customError'] = null
  readonly #request: FastifyRequest
  readonly #reply: FastifyReply
  readonly #client: FeatureClient
  readonly #timeout: number
  /** Only where the script waits for something. */
  #call: Call | null = null

  constructor (request: FastifyRequest, reply: FastifyReply, client: FeatureClient, timeout: number) {
    this.#request = request
    this.#reply = reply
    this.#client = client
    this.#timeout = timeout
  }

  print (line: string): void { this.#request.log.info({ namespace: endpointNamespace }, line) }

  fetch (question: Parameters<Host['fetch']>[0]): ReturnType<Host['fetch']> {
    if (this.#call === null) {
      this.#call = new Call(this.#timeout)
      this.#reply.raw.once('close', this.#leave)
    }
    return fetchAnswer(this.#client, question, this.#call)
  }

  /** A client that has gone needs no answer. */
  ended (): Fault | null {
    if (this.#request.raw.socket?.destroyed === true) return clientLeft()
    return this.#call?.reason ?? null
  }

  end (): void {
    if (this.#call === null) return
    this.#reply.raw.off('close', this.#leave)
    this.#call.finish()
  }

  readonly #leave = (): void => { this.#call?.cancel(clientLeft()) }
}

function clientLeft (): Fault {
  return new Fault('abort', 'FG_ERR_ABORTED', 'context canceled')
}
