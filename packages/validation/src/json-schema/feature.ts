import { askStep, createStep, holdBody, type CoreRequest, type Feature, type Step } from '@floodgate/core'
import { badRequest, brokenBody } from '../errors.ts'
import { compileAt } from '../schema/compile-at.ts'
import type { Judge } from '../schema/create-judge.ts'
import { namespace, type JsonSchemaSettings } from './settings.ts'

const EMPTY = 'could not validate an empty body'

/** What attaches, and where. */
export const feature: Partial<Feature> = {
  endpoint (settings: JsonSchemaSettings, next, { place }, context) {
    const judge = compileAt(settings, [...place, 'extra_config', namespace], context)
    return judge === null ? next : judgeBody(judge, next)
  }
}

/** The body is read whole, judged, and passed on as it came. */
function judgeBody (judge: Judge, next: Step): Step {
  return createStep(function judgeBody (request, resolve, reject) {
    const held = holdBody(request, brokenBody)
    const decide = (): void => {
      const problem = problemOf(judge, request)
      if (problem === null) askStep(next, request, resolve, reject)
      else if (typeof problem === 'string') reject(badRequest(problem))
      else problem.then((text) => { reject(badRequest(text)) }).catch(reject)
    }
    if (held === null) decide()
    else held.then(decide).catch(reject)
  })
}

function problemOf (judge: Judge, { body }: CoreRequest): string | null | Promise<string> {
  return Buffer.isBuffer(body) && body.length > 0 ? judge.judgeText(body) : EMPTY
}
