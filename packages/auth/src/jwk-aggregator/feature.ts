import type { Feature } from '@floodgate/core'
import type { KeySettings } from '../keys/settings.ts'
import { aggregatorOf } from './aggregated-keys.ts'
import { namespace, plugin, type AggregatorSettings } from './settings.ts'

const users = ['auth/validator', 'auth/signer']

/** The points where the plugin attaches: none but the keys of validators, which ask for it by its address. */
export const feature: Partial<Feature> = {
  setup ({ model, problem, warning }) {
    const { name = [], [plugin]: aggregator } = (model.extra[namespace] ?? {}) as AggregatorSettings
    const at = ['extra_config', namespace, plugin]
    if (!name.includes(plugin)) {
      warning(at, `has no effect: add ${JSON.stringify(plugin)} to "name"`)
      return
    }
    if (aggregator === undefined) {
      problem(['extra_config', namespace, 'name'], `enables ${JSON.stringify(plugin)}, whose settings are missing: add its "port" and "origins"`)
      return
    }
    for (const [i, origin] of aggregator.origins.entries()) {
      const protocol = URL.canParse(origin) ? new URL(origin).protocol : ''
      if (protocol === 'http:') warning([...at, 'origins', i], 'sends keys in clear: anybody on the way could replace them; use https')
      else if (protocol !== 'https:') problem([...at, 'origins', i], 'must be an http or https URL such as "https://issuer.example/jwks.json"')
    }
    const isUsed = model.endpoints.some(({ extra }) => users.some((user) => {
      const url = (extra[user] as KeySettings | undefined)?.jwk_url
      return url !== undefined && aggregatorOf(model, url) !== null
    }))
    if (!isUsed) warning([...at, 'port'], `has no effect: no "auth/validator" has the "jwk_url" "http://localhost:${aggregator.port}"`)
  }
}
