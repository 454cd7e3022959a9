import type { Backend, Endpoint, Feature, FeatureContext } from '@floodgate/core'
import { createBodyGenerator } from './request.ts'
import { createResponseGenerator } from './response.ts'
import { responseNamespace, type GeneratorSettings } from './settings.ts'

/** What a generator of request bodies attaches, and where: around the merged answer, and around a backend's. */
export function createRequestFeature (namespace: string): Partial<Feature> {
  return {
    endpoint: (settings: GeneratorSettings, next, { place, timeout }, context) => createBodyGenerator(
      settings,
      next,
      { namespace, place: [...place, 'extra_config', namespace], timeout },
      context
    ),
    backend: (settings: GeneratorSettings, next, backend, context) => createBodyGenerator(
      settings,
      next,
      { namespace, place: [...backend.place, 'extra_config', namespace], timeout: endpointOf(backend, context).timeout },
      context
    )
  }
}

/** What `modifier/response-body-generator` attaches, and where. */
export const responseFeature: Partial<Feature> = {
  endpoint: (settings: GeneratorSettings, next, { place, timeout, outputEncoding }, context) => createResponseGenerator(
    settings,
    next,
    { place: [...place, 'extra_config', responseNamespace], timeout, isRaw: outputEncoding === 'no-op' },
    context
  ),
  backend: (settings: GeneratorSettings, next, backend, context) => createResponseGenerator(
    settings,
    next,
    {
      place: [...backend.place, 'extra_config', responseNamespace],
      timeout: endpointOf(backend, context).timeout,
      isRaw: backend.encoding === 'no-op'
    },
    context
  )
}

function endpointOf (backend: Backend, { model }: FeatureContext): Endpoint {
  return model.endpoints.find(({ backends }) => backends.includes(backend))!
}
