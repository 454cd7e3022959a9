import type { FeatureContext } from '@floodgate/core'
import { absoluteClientFiles, parseHttpClientOptions, type ParsedHttpClientOptions } from '@floodgate/http-client'
import type { ClientSettings } from '@floodgate/settings'
import type { OtlpSettings } from './options.ts'

type Context = Pick<FeatureContext, 'model' | 'folder'>

/** Reads `floodgate.client` of an exporter, with the service's client settings as defaults; null = it has none. */
export function readExporterClient ({ floodgate }: OtlpSettings, { model, folder }: Context): ParsedHttpClientOptions | null {
  const raw = (floodgate as { client?: unknown } | undefined)?.client
  if (raw === undefined) return null
  return parseHttpClientOptions(absoluteClientFiles(raw, folder), { globalTls: model.client.tls, transport: model.client.transport })
}

/** The client settings that an exporter is reached with. */
export function clientOfExporter (exporter: OtlpSettings, context: Context): ClientSettings {
  const settings = readExporterClient(exporter, context)?.settings ?? context.model.client
  // gRPC needs HTTP/2, which the client negotiates with TLS.
  if (exporter.use_http === true || !exporter.host.startsWith('https://')) return settings
  return { ...settings, own: { ...settings.own, http2: true } }
}
