import { askStep, createStep, drainBody, type Body, type CoreRequest, type Step, type StepResponse } from '@floodgate/core'
import { Context, type ContextParts } from './values/context.ts'
import { readAnswerOf, stepAnswer } from './values/answer.ts'
import { Response } from './values/response.ts'
import type { ScriptCall } from './errors.ts'
import type { Phases } from './module/shape.ts'
import { runPhase } from './run-phase.ts'

/** A request that a script edits. */
interface Edited {
  apply (): void
}

export interface AroundOptions {
  readonly where: ScriptCall
  readonly parts: ContextParts
  /** Whether responses pass undecoded. */
  readonly isRaw: boolean
  /** How the request is shown to the script. */
  show (core: CoreRequest): Edited
  /** What `incoming` of the same script has put into the state. */
  stateOf (core: CoreRequest): Record<string, unknown> | null
}

/** Puts the functions `request` and `response` of a script around a step; the step itself if there are none. */
export function aroundStep (
  { request: before, response: after }: Phases,
  next: Step,
  { where, parts, isRaw, show, stateOf }: AroundOptions
): Step {
  if (before === undefined && after === undefined) return next
  return createStep(function runScript (core, resolve, reject) {
    const context = new Context(parts, core.incoming, core.call, stateOf(core))

    const answer = after === undefined
      ? resolve
      : (response: StepResponse): void => {
          const shown = new Response(response)
          runPhase(where, 'response', core.call, () => after(shown, context), (returned) => {
            if (returned !== undefined) throw new TypeError('it returned a value: change the response that it is given')
            shown.apply()
            resolve(response)
          }, (fault) => {
            discard(response.body)
            reject(fault)
          })
        }
    const go = (): void => { askStep(next, core, answer, reject) }

    if (before === undefined) { go(); return }
    const shown = show(core)
    runPhase(where, 'request', core.call, () => before(shown, context), (returned) => {
      const given = readAnswerOf(returned)
      if (given === null) {
        shown.apply()
        go()
        return
      }
      const made = stepAnswer(given, isRaw)
      drainBody(core.body)
      resolve(made)
    }, reject)
  })
}

function discard (body: Body): void {
  if (body !== null && !Buffer.isBuffer(body)) body.destroy()
}
