import { answerEarly, type Feature, type FeatureContext, type Place, type Step } from '@floodgate/core'
import { addressFault } from '../errors.ts'
import { createAddressFilter, type RefusedAddress } from './address-filter.ts'
import { modifierNamespace, plugin, serverNamespace, type PluginSettings } from './settings.ts'

/** The points where `plugin/http-server` attaches. */
export const serverFeature: Partial<Feature> = {
  service: (settings: PluginSettings, context) => {
    const refused = create(settings, serverNamespace, context.model.place, context)
    return refused && {
      onRequest: function filterAddress (request, reply, done) {
        const address = refused(request)
        if (address === null) { done(); return }
        request.log.warn({ address }, 'ip-filter: address refused')
        answerEarly(request, reply, 403)
      }
    }
  }
}

/** The points where `plugin/req-resp-modifier` attaches. */
export const modifierFeature: Partial<Feature> = {
  endpoint: (settings: PluginSettings, next, { place }, context) => filtered(create(settings, modifierNamespace, place, context), next),
  backend: (settings: PluginSettings, next, { place }, context) => filtered(create(settings, modifierNamespace, place, context), next)
}

function filtered (refused: RefusedAddress | undefined, next: Step): Step {
  if (refused === undefined) return next
  return function filterAddress (request) {
    const address = refused(request.incoming)
    return address === null ? next(request) : Promise.reject(addressFault(address))
  }
}

function create (
  settings: PluginSettings,
  namespace: string,
  place: Place,
  { model, problem, warning }: FeatureContext
): RefusedAddress | undefined {
  const at = [...place, 'extra_config', namespace]
  const { name: names = [], [plugin]: filter } = settings
  if (!names.includes(plugin)) {
    if (filter !== undefined) warning([...at, plugin], 'has no effect: add "ip-filter" to "name"')
    return undefined
  }
  if (filter === undefined) {
    problem([...at, plugin], 'is missing although "name" enables the filter: without settings it would allow every address')
    return undefined
  }
  if (!filter.trusted_proxies?.length) {
    warning(
      [...at, plugin],
      `trusts ${filter.client_ip_headers?.[0] ?? 'X-Forwarded-For'} from every client, which can claim any address: list your proxies in "trusted_proxies"`
    )
  }
  try {
    return createAddressFilter(filter, model)
  } catch (error) {
    problem([...at, plugin], (error as Error).message)
    return undefined
  }
}
