import { askStep, createStep, holdBody, type CoreRequest, type Feature, type Step } from '@floodgate/core'
import { badRequest, brokenBody } from '../errors.ts'
import { compileAt } from '../schema/compile/compile-at.ts'
import type { Validator, Wrong } from '../schema/compile/create-validator.ts'
import { namespace, type JsonSchemaSettings } from './settings.ts'

const empty: Wrong = { text: 'could not validate an empty body', detail: 'could not validate an empty body' }

/** The points where this feature attaches. */
export const feature: Partial<Feature> = {
  endpoint (settings: JsonSchemaSettings, next, { place }, context) {
    const validator = compileAt(settings, [...place, 'extra_config', namespace], context)
    return validator === null ? next : checkBody(validator, next)
  }
}

/** Reads the whole body, validates it, and passes it on unchanged. */
function checkBody (validator: Validator, next: Step): Step {
  return createStep(function checkBody (request, resolve, reject) {
    const held = holdBody(request, brokenBody)
    const decide = (): void => {
      const wrong = whatIsWrong(validator, request)
      if (wrong === null) askStep(next, request, resolve, reject)
      else if ('text' in wrong) reject(badRequest(wrong))
      else wrong.then((wrong) => { reject(badRequest(wrong)) }).catch(reject)
    }
    if (held === null) decide()
    else held.then(decide).catch(reject)
  })
}

function whatIsWrong (validator: Validator, { body }: CoreRequest): Wrong | null | Promise<Wrong> {
  return Buffer.isBuffer(body) && body.length > 0 ? validator.checkText(body) : empty
}
