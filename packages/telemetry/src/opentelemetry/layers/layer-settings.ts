import type { Backend, Endpoint, Service } from '@floodgate/core'
import type { Attribute } from '../metrics/meter.ts'
import {
  namespace, type AttributeSettings, type BackendLayers, type BackendLayerSettings, type EndpointLayers, type GlobalLayerSettings,
  type OpenTelemetrySettings, type ProxyLayerSettings
} from '../options.ts'

/** What a layer reports in its spans. */
export interface SpanSettings {
  readonly attributes: readonly Attribute[]
  /** Whether headers are reported. */
  readonly headers: boolean
  /** Names of headers that are left out, in lower case. */
  readonly skipped: ReadonlySet<string>
}

/** A layer around requests or answers; null = no metrics, no spans. */
export interface LayerSettings {
  readonly metrics: readonly Attribute[] | null
  readonly spans: SpanSettings | null
}

/** What is reported of backends; null = nothing of it. */
export interface BackendSettings {
  readonly stage: LayerSettings
  /** The raw call. */
  readonly call: {
    readonly metrics: { readonly attributes: readonly Attribute[], readonly payload: boolean, readonly connection: boolean } | null
    readonly spans: SpanSettings & { readonly payload: boolean, readonly connection: boolean } | null
  }
}

/**
 * Resolves the layers of a configuration: `proxy` and `backend` of an endpoint or a backend replace the service's as a whole,
 * `global` of an endpoint adds its attributes (krakend-otel: state/config.go, router/gin/endpoint.go, http/server/metrics.go).
 */
export class Layers {
  readonly global: LayerSettings & { readonly propagates: boolean, readonly isNewer: boolean }
  readonly #settings: OpenTelemetrySettings
  readonly #secrets: ReadonlySet<string>

  /** @param secrets names of headers that are never reported, in lower case */
  constructor ({ extra }: Pick<Service, 'extra'>, secrets: ReadonlySet<string>) {
    this.#settings = extra[namespace] as OpenTelemetrySettings
    this.#secrets = secrets
    const global = this.#settings.layers?.global ?? {}
    const layer = this.#layer(global, ownOfMetrics.global)
    this.global = {
      ...layer,
      // As in the reference, whose requests have the host elsewhere.
      spans: layer.spans === null ? null : { ...layer.spans, skipped: new Set([...layer.spans.skipped, 'host']) },
      propagates: global.disable_propagation !== true,
      isNewer: global.semantic_convention === '1.27'
    }
  }

  /** Attributes of an endpoint's requests in the global layer; null = its requests have those of the service. */
  globalOf ({ extra }: Pick<Endpoint, 'extra'>): { readonly metrics: readonly Attribute[] | null, readonly spans: SpanSettings | null } {
    const own = (extra[namespace] as EndpointLayers | undefined)?.global ?? {}
    const { metrics_static_attributes: metrics, traces_static_attributes: traces } = own
    const { spans } = this.global
    return {
      metrics: metrics === undefined ? null : addAttributes(this.global.metrics, readAttributes(metrics, ownOfMetrics.global)),
      spans: traces === undefined || spans === null
        ? null
        : { ...spans, attributes: addAttributes(spans.attributes, readAttributes(traces)) }
    }
  }

  ofEndpoint ({ extra }: Pick<Endpoint, 'extra'>): LayerSettings {
    const own = extra[namespace] as EndpointLayers | undefined
    return this.#layer(own?.proxy ?? this.#settings.layers?.proxy ?? {}, ownOfMetrics.proxy)
  }

  ofBackend ({ extra }: Pick<Backend, 'extra'>, endpoint: Pick<Endpoint, 'extra'>): BackendSettings {
    const own = (extra[namespace] as BackendLayers | undefined)?.backend ??
      (endpoint.extra[namespace] as EndpointLayers | undefined)?.backend
    const { metrics = everything, traces = everything } = own ?? this.#settings.layers?.backend ?? {} as BackendLayerSettings
    const spans = this.#spans(traces, traces.static_attributes)
    return {
      stage: {
        metrics: metrics.disable_stage === true ? null : readAttributes(metrics.static_attributes, ownOfMetrics.backend),
        spans: traces.disable_stage === true ? null : spans
      },
      call: {
        metrics: metrics.round_trip !== true && metrics.read_payload !== true
          ? null
          : {
              attributes: readAttributes(metrics.static_attributes, ownOfMetrics.backend),
              payload: metrics.read_payload === true,
              connection: metrics.detailed_connection === true
            },
        spans: traces.round_trip !== true && traces.read_payload !== true
          ? null
          : { ...spans, payload: traces.read_payload === true, connection: traces.detailed_connection === true }
      }
    }
  }

  #layer (settings: GlobalLayerSettings | ProxyLayerSettings, own: ReadonlySet<string>): LayerSettings {
    return {
      metrics: settings.disable_metrics === true ? null : readAttributes(settings.metrics_static_attributes, own),
      spans: settings.disable_traces === true ? null : this.#spans(settings, settings.traces_static_attributes)
    }
  }

  #spans (settings: Pick<ProxyLayerSettings, 'report_headers' | 'skip_headers'>, attributes?: AttributeSettings): SpanSettings {
    return {
      attributes: readAttributes(attributes),
      headers: settings.report_headers === true,
      skipped: new Set([...this.#secrets, ...(settings.skip_headers ?? []).map((name) => name.toLowerCase())])
    }
  }
}

/** Without settings all of a backend is reported. */
const everything: NonNullable<BackendLayerSettings['traces']> = { round_trip: true, read_payload: true, detailed_connection: true }

const none: ReadonlySet<string> = new Set()
const ofAnswers = ['http.request.method', 'http.route', 'complete', 'error', 'canceled']
/** Attributes that a layer gives its metrics: no other attribute takes their names. */
const ownOfMetrics: Readonly<Record<'global' | 'proxy' | 'backend', ReadonlySet<string>>> = {
  global: new Set(['http.request.method', 'http.response.status_code', 'http.route', 'url.scheme']),
  proxy: new Set(ofAnswers),
  backend: new Set([
    ...ofAnswers, 'krakend.endpoint.route', 'krakend.endpoint.method', 'clientname', 'http.response.status_code', 'server.address', 'server.port'
  ])
}

/** Attributes of the service and of an endpoint, whose value counts where both have one. */
function addAttributes (common: readonly Attribute[] | null, own: readonly Attribute[]): readonly Attribute[] {
  return sortAttributes([...new Map([...common ?? [], ...own])])
}

/** In the order of their names, so that a reload that writes them in another one has the same series. */
function readAttributes (settings: AttributeSettings = [], own: ReadonlySet<string> = none): Attribute[] {
  return sortAttributes(settings
    // As in the reference, an attribute without a value is none.
    .filter(({ key, value }) => value !== '' && !own.has(key))
    .map(({ key, value }): Attribute => [key, value]))
}

function sortAttributes (attributes: Attribute[]): Attribute[] {
  return attributes.sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0)
}

/** Static attributes without those that a layer writes by itself: a span has each name once. */
export function withoutNames (attributes: readonly Attribute[], own: Readonly<Record<string, string>>): readonly Attribute[] {
  const names = new Set(Object.values(own))
  return attributes.filter(([name]) => !names.has(name))
}
