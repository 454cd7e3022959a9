import type { ExtraConfig, Place, Service } from '@floodgate/core'
import type { Hit } from '../rule.ts'

type PluginNamespace = 'plugin/http-server' | 'plugin/http-client' | 'plugin/req-resp-modifier'

/** Finds Go plugins of KrakenD by their names, at every place of a plugin namespace. */
export function plugins (model: Service, namespace: PluginNamespace, names: readonly string[]): Hit[] {
  const holders: readonly { extra: ExtraConfig, place: Place }[] = [
    model,
    ...model.endpoints,
    ...model.endpoints.flatMap(({ backends }) => backends)
  ]
  return holders.flatMap(({ extra, place }) => {
    const { name } = extra[namespace] as { name?: unknown } | undefined ?? {}
    const used = [name].flat().some((one) => names.includes(one as string))
    return used ? [{ place: [...place, 'extra_config', namespace, 'name'] }] : []
  })
}
