import { peekData, type Feature, type FeatureContext, type Place, type Step } from '@floodgate/core'
import { badResponse } from '../errors.ts'
import { compileAt } from '../schema/compile/compile-at.ts'
import { namespace, type ResponseJsonSchemaSettings } from './settings.ts'

/** The points where this feature attaches. */
export const feature: Partial<Feature> = {
  endpoint: (settings: ResponseJsonSchemaSettings, next, { place }, context) => judgeData(settings, next, place, context),
  backend: (settings: ResponseJsonSchemaSettings, next, { place }, context) => judgeData(settings, next, place, context)
}

/** Validates the data of a response without changing it; responses that are not decoded (`no-op`) have none. */
function judgeData ({ schema, error = {} }: ResponseJsonSchemaSettings, next: Step, place: Place, context: FeatureContext): Step {
  const judge = compileAt(schema, [...place, 'extra_config', namespace, 'schema'], context)
  if (judge === null) return next
  return async function judgeData (request) {
    const response = await next(request)
    if (response.body !== null) return response
    const wrong = judge.judgeValue(peekData(response))
    if (wrong === null) return response
    throw badResponse(wrong, error)
  }
}
