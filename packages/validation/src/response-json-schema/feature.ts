import { peekData, type Feature, type FeatureContext, type Place, type Step } from '@floodgate/core'
import { badResponse } from '../errors.ts'
import { compileAt } from '../schema/compile/compile-at.ts'
import { namespace, type ResponseJsonSchemaSettings } from './settings.ts'

/** The points where this feature attaches. */
export const feature: Partial<Feature> = {
  endpoint: (settings: ResponseJsonSchemaSettings, next, { place }, context) => checkData(settings, next, place, context),
  backend: (settings: ResponseJsonSchemaSettings, next, { place }, context) => checkData(settings, next, place, context)
}

/** Validates the data of a response without changing it; responses that are not decoded (`no-op`) have none. */
function checkData ({ schema, error = {} }: ResponseJsonSchemaSettings, next: Step, place: Place, context: FeatureContext): Step {
  const validator = compileAt(schema, [...place, 'extra_config', namespace, 'schema'], context)
  if (validator === null) return next
  return async function checkData (request) {
    const response = await next(request)
    if (response.body !== null) return response
    const wrong = validator.checkValue(peekData(response))
    if (wrong === null) return response
    throw badResponse(wrong, error)
  }
}
