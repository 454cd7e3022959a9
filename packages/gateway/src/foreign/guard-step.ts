import type { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import {
  afterTurns, askStep, describeKind, Fault, foreignFault, toForeignFault, type BackendResponse, type CoreRequest,
  type Exchange, type Foreign, type Step, type StepResponse
} from '@floodgate/core'
import { foreignWrap } from '../errors.ts'
import { adoptBody } from './adopt-body.ts'
import { findWrongAnswer, findWrongExchange } from './find-wrong.ts'

type AnyStep <Answer> = (request: CoreRequest) => Promise<Answer>

/** Guards the steps of one endpoint that foreign code stands around, from the innermost to the outermost. */
export interface StepGuard {
  step (who: string, next: Step, wrap: (next: Step) => unknown): Step
  exchange (who: string, next: Exchange, wrap: (next: Exchange) => unknown): Exchange
  /** Who stands around the endpoint's steps. */
  readonly names: readonly string[]
}

/**
 * Creates the guard of an endpoint's steps. What foreign code makes of a step answers with a proper answer, or rejects
 * with a Fault, once, and no later than a few turns of the event loop after its call has ended.
 *
 * @param where the endpoint: `GET /users/{id}`
 */
export function createStepGuard (where: string): StepGuard {
  // Each waits a turn longer than those inside it, so that the one that hangs is the one that is named.
  const names: string[] = []
  const add = (who: string): number => names.push(who)
  return {
    names,
    step: (who, next, wrap) => guard<StepResponse>({ who, where }, add(who), next, wrap, findWrongAnswer),
    exchange: (who, next, wrap) => guard<BackendResponse>({ who, where }, add(who), next, wrap, findWrongExchange)
  }
}

function guard <Answer extends BackendResponse> (
  foreign: Foreign,
  turns: number,
  next: AnyStep<Answer>,
  wrap: (next: any) => unknown,
  findWrong: (answer: unknown) => string | null
): AnyStep<Answer> {
  /** How many answers of `next` are waited for, by request. */
  const pending = new WeakMap<FastifyRequest, number>()
  /** Bodies that `next` gave, with the length that its headers told. */
  const bodies = new WeakMap<object, unknown>()
  const tracked = track(next, pending, bodies)
  const step = wrap(tracked)
  if (step === tracked) return next
  if (typeof step !== 'function') throw foreignWrap(foreign, describeKind(step))

  return (request) => new Promise<Answer>((resolve, reject) => {
    const { call, incoming } = request
    let settled = false
    const settle = (): boolean => {
      if (settled) return false
      settled = true
      call.unlisten(onEnd)
      return true
    }
    const giveUp = (reason: Fault): void => {
      if (!settle()) return
      const hangs = reason.kind === 'deadline' && (pending.get(incoming) ?? 0) === 0
      reject(hangs ? foreignFault(foreign, 'had not answered at the timeout', reason) : reason)
    }
    const onEnd = (reason: Fault): void => { afterTurns(turns, () => { giveUp(reason) }) }
    const take = (answer: unknown): void => {
      if (!settle()) { discardLate(answer); return }
      try {
        const wrong = findWrong(answer)
        if (wrong !== null) throw foreignFault(foreign, wrong)
        keepBody(foreign, answer as Answer, bodies, request)
      } catch (error) {
        discardLate(answer)
        reject(toForeignFault(foreign, error))
        return
      }
      resolve(answer as Answer)
    }
    const refuse = (thrown: unknown): void => {
      if (!settle()) return
      // What a call that is over made of foreign code is not its failure.
      reject(thrown instanceof Fault ? thrown : call.reason ?? toForeignFault(foreign, thrown))
    }
    call.listen(onEnd)
    try {
      const { ask } = step as Partial<Step>
      if (typeof ask === 'function') ask(request, take, refuse)
      else Promise.resolve(step(request)).then(take, refuse)
    } catch (error) {
      refuse(error)
    }
  })
}

/** Counts the answers that foreign code waits for, and remembers their bodies. */
function track <Answer extends BackendResponse> (
  next: AnyStep<Answer>,
  pending: WeakMap<FastifyRequest, number>,
  bodies: WeakMap<object, unknown>
): AnyStep<Answer> {
  const count = (request: CoreRequest, by: number): void => { pending.set(request.incoming, (pending.get(request.incoming) ?? 0) + by) }
  return (request) => new Promise((resolve, reject) => {
    count(request, 1)
    askStep(next as unknown as Step, request, (answer) => {
      count(request, -1)
      if (isStream(answer.body)) bodies.set(answer.body, answer.headers['content-length'])
      resolve(answer as unknown as Answer)
    }, (error) => {
      count(request, -1)
      reject(error)
    })
  })
}

function keepBody (foreign: Foreign, answer: BackendResponse, bodies: WeakMap<object, unknown>, { call }: CoreRequest): void {
  const { body, headers } = answer
  if (headers['transfer-encoding'] !== undefined) delete headers['transfer-encoding']
  if (!isStream(body)) return
  if (!bodies.has(body)) answer.body = adoptBody(foreign, body, headers, call)
  else if (headers['content-length'] !== undefined && headers['content-length'] !== bodies.get(body)) delete headers['content-length']
}

/** A response that is no longer needed. */
function discardLate (answer: unknown): void {
  try {
    const { body } = answer as BackendResponse
    if (isStream(body)) body.on('error', () => {}).destroy()
  } catch {
    // It has no body that could be let go.
  }
}

function isStream (body: unknown): body is Readable {
  return typeof body === 'object' && body !== null && !Buffer.isBuffer(body)
}
