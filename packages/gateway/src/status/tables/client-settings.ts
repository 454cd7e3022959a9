import { originOf } from '@floodgate/config-loader'
import { maskUserInfo, type Backend, type Place, type Service } from '@floodgate/core'
import { writeMilliseconds } from '@floodgate/go/duration'
import { ClientTlsOptions, describeProxy, OwnClientOptions } from '@floodgate/http-client'
import { listOptions, type SettingOption } from '@floodgate/settings'

type Source = 'backend' | 'global' | 'environment'
interface Line { readonly source: Source, readonly text: string }

/** Place of a backend's own client settings in its `extra_config`. */
export function clientPlace ({ place }: Pick<Backend, 'place'>): Place {
  return [...place, 'extra_config', 'backend/http/client']
}

/**
 * Describes the client settings of a backend that are configured, and where: one line each, after a line that counts them. All
 * others have their defaults; `floodgate explain` lists those too. Without secrets.
 */
export function describeClientSettings (model: Service, backend: Backend): string {
  const { client: { tls, own, proxy, followRedirects, sendBodyOnRedirect } } = backend
  const ofBackend = clientPlace(backend)
  const lines: Line[] = []
  const note = (key: string, value: boolean | string | null, places: readonly (readonly [Source, Place])[]): boolean => {
    for (const [source, place] of places) {
      const origin = originOf({ model }, place)
      if (origin === null) continue
      const where = origin.kind === 'environment' ? origin.variable : origin.line === null ? origin.file : `${origin.file}:${origin.line}`
      lines.push({ source: origin.kind === 'environment' ? 'environment' : source, text: `${key}${value === null ? '' : `: ${value}`} (${where})` })
      return true
    }
    return false
  }
  note('no_redirect', !followRedirects, [['backend', [...ofBackend, 'no_redirect']]])
  note('send_body_on_redirect', sendBodyOnRedirect, [['backend', [...ofBackend, 'send_body_on_redirect']]])
  const isOwnProxy = note(`proxy_address: ${proxy === null ? 'none' : describeProxy(proxy)}`, null, [['backend', [...ofBackend, 'proxy_address']]])
  if (proxy !== null && !isOwnProxy) lines.push({ source: 'environment', text: `proxy: ${describeProxy(proxy)}` })
  const hasOwnTls = originOf({ model }, [...ofBackend, 'client_tls']) !== null
  for (const option of optionsOf(ClientTlsOptions)) {
    const { path } = option
    note(`client_tls.${path}`, readValue(tls, option), hasOwnTls ? [['backend', [...ofBackend, 'client_tls', path]]] : [['global', ['client_tls', path]]])
  }
  if (!hasOwnTls) note('allow_insecure_connections', null, [['global', ['allow_insecure_connections']]])
  for (const option of optionsOf(OwnClientOptions)) {
    const { path } = option
    const steps = path.split('.')
    // An object of the backend takes the place of the whole one of the root.
    const isReplaced = originOf({ model }, [...ofBackend, 'floodgate', steps[0]!]) !== null
    const root: Place = ['extra_config', 'floodgate', ...path.replace(/^health\./, 'host_health.').split('.')]
    note(`floodgate.${path}`, readValue(own, option), isReplaced ? [['backend', [...ofBackend, 'floodgate', ...steps]]] : [['global', root]])
  }
  return [summarize(lines), ...lines.map(({ source, text }) => `${source}: ${text}`)].join('\n')
}

function optionsOf (schema: Parameters<typeof listOptions>[0]): SettingOption[] {
  return listOptions(schema).filter(({ path, type }) => type !== 'object' && !path.includes('[]'))
}

/** Reads a value from settings, which have each key in camel case and durations in ms; null for what is not a scalar, or a list of them. */
function readValue (settings: object | null | undefined, { path, type }: SettingOption): string | null {
  let value: unknown = settings
  for (const step of path.split('.')) {
    value = (value as Readonly<Record<string, unknown>> | null | undefined)?.[step.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())]
  }
  if (type === 'duration' && typeof value === 'number') return writeMilliseconds(value)
  const values = [value].flat()
  if (values.length === 0 || values.some((each) => typeof each === 'object' || each === undefined)) return null
  return values.map((each) => maskUserInfo(String(each))).join(', ')
}

function summarize (lines: readonly Line[]): string {
  const names = { backend: 'the backend', global: 'the root', environment: 'the environment' }
  const counts = (['backend', 'global', 'environment'] as const).flatMap((source) => {
    const count = lines.filter(({ source: of }) => of === source).length
    return count === 0 ? [] : [`${count} of ${names[source]}`]
  })
  return counts.length === 0 ? 'defaults' : counts.join(', ')
}
