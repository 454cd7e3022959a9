import { stableName, type Exchange, type Feature, type Place } from '@floodgate/core'
import { createTokenRequest } from './request-token.ts'
import { namespace, type ClientCredentialsSettings } from './settings.ts'
import { createTokenCache } from './token-cache.ts'

/** The points where this feature attaches. */
export const feature: Partial<Feature> = {
  exchange (settings: ClientCredentialsSettings, next, backend, context): Exchange {
    if (settings.is_disabled === true) return next
    check(settings, [...backend.place, 'extra_config', namespace], (place, message) => { context.problem(place, message) })
    const { log, model } = context
    const client = context.clientFor(backend)
    const getAuthorization = context.keep(
      `${namespace} ${stableName(model, backend.place)}`,
      [settings, client.key],
      () => createTokenCache(createTokenRequest(settings, client), {
        onError (error) {
          log.warn(
            { detail: (error as { detail?: string }).detail },
            'access token not renewed: the current one stays in use until it expires'
          )
        }
      })
    )
    return function sendToken (request) {
      const authorization = getAuthorization(request.call)
      const send = (authorization: string) => {
        request.headers = { ...request.headers, authorization }
        return next(request)
      }
      return typeof authorization === 'string' ? send(authorization) : authorization.then(send)
    }
  }
}

function check (
  { token_url: url, endpoint_params: params = {} }: ClientCredentialsSettings,
  place: Place,
  report: (place: Place, message: string) => void
): void {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    report([...place, 'token_url'], 'must be an http or https URL such as "https://issuer.example/token"')
  }
  // The reference fails every request for a token instead.
  if (Object.hasOwn(params, 'scope')) report([...place, 'endpoint_params', 'scope'], 'set scopes in "scopes": remove it here')
}
