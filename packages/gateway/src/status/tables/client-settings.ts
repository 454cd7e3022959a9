import { originOf } from '@floodgate/config-loader'
import type { Backend, Place, Service } from '@floodgate/core'
import { ClientTlsOptions, describeProxy, OwnClientOptions } from '@floodgate/http-client'
import { listOptions } from '@floodgate/settings'

type Source = 'backend' | 'global' | 'environment'
interface Line { readonly source: Source, readonly text: string }

/** Place of a backend's own client settings in its `extra_config`. */
export function clientPlace ({ place }: Pick<Backend, 'place'>): Place {
  return [...place, 'extra_config', 'backend/http/client']
}

/**
 * Describes the client settings of a backend that are configured, and where: one line each, after a line that counts them. All
 * others have their defaults; `floodgate explain` lists those too. Without secrets: of texts only the proxy's address is shown.
 */
export function describeClientSettings (model: Service, backend: Backend): string {
  const { client: { tls, own, proxy, followRedirects, sendBodyOnRedirect } } = backend
  const ofBackend = clientPlace(backend)
  const lines: Line[] = []
  const note = (key: string, value: unknown, places: readonly (readonly [Source, Place])[]): boolean => {
    for (const [source, place] of places) {
      const origin = originOf({ model }, place)
      if (origin === null) continue
      const where = origin.kind === 'environment' ? origin.variable : origin.line === null ? origin.file : `${origin.file}:${origin.line}`
      lines.push({ source: origin.kind === 'environment' ? 'environment' : source, text: `${key}${isShown(value) ? `: ${value}` : ''} (${where})` })
      return true
    }
    return false
  }
  note('no_redirect', !followRedirects, [['backend', [...ofBackend, 'no_redirect']]])
  note('send_body_on_redirect', sendBodyOnRedirect, [['backend', [...ofBackend, 'send_body_on_redirect']]])
  const isOwnProxy = note(`proxy_address: ${proxy === null ? 'none' : describeProxy(proxy)}`, null, [['backend', [...ofBackend, 'proxy_address']]])
  if (proxy !== null && !isOwnProxy) lines.push({ source: 'environment', text: `proxy: ${describeProxy(proxy)}` })
  const hasOwnTls = originOf({ model }, [...ofBackend, 'client_tls']) !== null
  for (const { path } of listOptions(ClientTlsOptions).filter(({ path, type }) => type !== 'object' && !path.includes('[]'))) {
    note(`client_tls.${path}`, valueAt(tls, path), hasOwnTls ? [['backend', [...ofBackend, 'client_tls', path]]] : [['global', ['client_tls', path]]])
  }
  if (!hasOwnTls) note('allow_insecure_connections', null, [['global', ['allow_insecure_connections']]])
  for (const { path } of listOptions(OwnClientOptions).filter(({ path, type }) => type !== 'object' && !path.includes('[]'))) {
    const steps = path.split('.')
    // An object of the backend takes the place of the whole one of the root.
    const isReplaced = originOf({ model }, [...ofBackend, 'floodgate', steps[0]!]) !== null
    const root: Place = ['extra_config', 'floodgate', ...path.replace(/^health\./, 'host_health.').split('.')]
    note(`floodgate.${path}`, valueAt(own, path), isReplaced ? [['backend', [...ofBackend, 'floodgate', ...steps]]] : [['global', root]])
  }
  return [summarize(lines), ...lines.map(({ source, text }) => `${source}: ${text}`)].join('\n')
}

/** Texts may be paths and names; numbers alone may be durations, which the model has in ms. */
function isShown (value: unknown): boolean {
  return typeof value === 'boolean'
}

function valueAt (settings: object | null | undefined, path: string): unknown {
  let value: unknown = settings
  for (const step of path.split('.')) {
    value = (value as Readonly<Record<string, unknown>> | null | undefined)?.[step.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())]
  }
  return value
}

function summarize (lines: readonly Line[]): string {
  const names = { backend: 'the backend', global: 'the root', environment: 'the environment' }
  const counts = (['backend', 'global', 'environment'] as const).flatMap((source) => {
    const count = lines.filter(({ source: of }) => of === source).length
    return count === 0 ? [] : [`${count} of ${names[source]}`]
  })
  return counts.length === 0 ? 'defaults' : counts.join(', ')
}
