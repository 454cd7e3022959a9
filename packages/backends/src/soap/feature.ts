import type { CreateBodyGenerator, Feature } from '@floodgate/core'
import { namespace, type SoapSettings } from './settings.ts'

/**
 * What `backend/soap` attaches: an envelope that a template makes of the request is what the backend is sent.
 *
 * @param generate makes bodies of templates; without it the namespace stops the start
 */
export function createSoap (generate?: CreateBodyGenerator): Partial<Feature> {
  return {
    backend (settings: SoapSettings, next, backend, context) {
      const place = [...backend.place, 'extra_config', namespace]
      if (generate === undefined) {
        context.problem(place, '"backend/soap" needs @floodgate/modifiers')
        return next
      }
      if (backend.method === 'GET' || backend.method === 'HEAD') {
        context.warning(
          [...backend.place, 'method'],
          `an envelope is sent by ${backend.method}, which SOAP services do not read: write "method": "POST" in this backend`
        )
      }
      const { timeout } = context.model.endpoints.find(({ backends }) => backends.includes(backend))!
      return generate(settings, next, { namespace, place, timeout, contentType: 'text/xml' }, context)
    }
  }
}
