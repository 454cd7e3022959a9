import { canonicalHeaders, claimsOf, goParams, pathOf, type CoreRequest } from '@floodgate/core'
import type { GeneratorSettings } from './settings.ts'

/**
 * What a template sees of a request: what the endpoint, and the backend, let in. At an endpoint method and path are the
 * client's, at a backend those that are called.
 */
export function requestData (request: CoreRequest, { variables = {} }: GeneratorSettings): Record<string, unknown> {
  return {
    req_method: request.method,
    req_path: pathOf(request),
    req_params: goParams(request.params),
    req_headers: canonicalHeaders(request.headers),
    req_querystring: { ...request.query },
    JWT: claimsOf(request.incoming) ?? {},
    variables
  }
}
