import { originOf } from '@floodgate/config-loader'
import type { Backend, Place, Service } from '@floodgate/core'
import { describeProxy, hostProperties } from '@floodgate/http-client'
import { showValue } from '@floodgate/settings'

type Line = readonly [source: 'backend' | 'global' | 'environment', text: string]

const client = 'backend/http/client'

/**
 * Describes the client settings of a backend that are configured, and where: one line each, after a line that counts them. All
 * others have their defaults; `floodgate explain` lists those too. Without secrets.
 */
export function describeClientSettings (model: Service, backend: Backend): string {
  const own = backend.extra[client] as Readonly<Record<string, unknown>> | undefined
  const ownFloodgate = own?.['floodgate'] as Readonly<Record<string, unknown>> | undefined
  const root = model.extra['floodgate'] as Readonly<Record<string, unknown>> | undefined
  const lines: Line[] = describeBelow(model, [...backend.place, 'extra_config', client], own, 'backend', '')
  if (own?.['client_tls'] === undefined) {
    const tls = originOf({ model }, ['client_tls']) ?? originOf({ model }, ['allow_insecure_connections'])
    if (tls !== null) lines.push(['global', `client_tls: ${describeTls(backend)} (${writeOrigin(tls)})`])
  }
  for (const key in hostProperties) {
    const name = key === 'health' ? 'host_health' : key
    if (ownFloodgate?.[key] !== undefined || root?.[name] === undefined) continue
    lines.push(...describeBelow(model, ['extra_config', 'floodgate'], { [name]: root[name] }, 'global', 'floodgate.'))
  }
  const { proxy } = backend.client
  if (proxy !== null && own?.['proxy_address'] === undefined) lines.push(['environment', `proxy: ${describeProxy(proxy)}`])
  return [summarize(lines), ...lines.map(([source, text]) => `${source}: ${text}`)].join('\n')
}

/** Describes the scalars and lists of an object and of those in it. */
function describeBelow (
  model: Service,
  above: Place,
  values: Readonly<Record<string, unknown>> | undefined,
  source: Line[0],
  prefix: string
): Line[] {
  return Object.entries(values ?? {}).flatMap(([key, value]): Line[] => {
    const place = [...above, key]
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return describeBelow(model, place, value as Readonly<Record<string, unknown>>, source, `${prefix}${key}.`)
    }
    const shown = Array.isArray(value)
      ? value.map((each, i) => showValue([...place, i], each) ?? '…').join(', ')
      : showValue(place, value)
    const origin = originOf({ model }, place)
    return [[source, `${prefix}${key}: ${shown}${origin === null ? '' : ` (${writeOrigin(origin)})`}`]]
  })
}

function describeTls ({ client: { tls } }: Backend): string {
  if (tls === null) return 'default'
  const parts = [`${tls.minVersion} to ${tls.maxVersion}`]
  if (tls.allowInsecureConnections) parts.push('certificates are NOT verified')
  if (tls.clientCerts.length > 0) parts.push(`${tls.clientCerts.length} client certificates`)
  return parts.join(', ')
}

function writeOrigin (origin: NonNullable<ReturnType<typeof originOf>>): string {
  if (origin.kind === 'environment') return origin.variable
  return origin.line === null ? origin.file : `${origin.file}:${origin.line}`
}

function summarize (lines: readonly Line[]): string {
  const counts = (['backend', 'global', 'environment'] as const).flatMap((source) => {
    const count = lines.filter(([of]) => of === source).length
    return count === 0 ? [] : [`${count} of ${source === 'backend' ? 'the backend' : source === 'global' ? 'the root' : 'the environment'}`]
  })
  return counts.length === 0 ? 'defaults' : counts.join(', ')
}
