import type { MetricFamily, MetricLabels, Service } from '@floodgate/core'
import { routeOf, routeOfBackend, unmatchedRoute } from '../../requests/routes.ts'
import { Layers } from '../layers/layer-settings.ts'
import { namespace } from '../options.ts'
import { scope, toLabels } from './families.ts'
import type { Attribute } from './meter.ts'

/** Whether a configuration has a series, by the name of its metric, for OpenTelemetry or for Prometheus, and its labels. */
export type WantsSeries = (name: string, labels: MetricLabels) => boolean

/** Labels in which the series of one endpoint or backend differ. */
const variable: ReadonlySet<string> = new Set([
  'floodgate_exporters', 'clientname', 'complete', 'error', 'canceled', 'http_request_method', 'http_response_status_code', 'url_scheme',
  'server_address', 'server_port', ...Object.keys(toLabels(scope))
])
/** What is known of a layer that is switched off: its series stay, with any static attributes. */
const places: ReadonlySet<string> = new Set(['http_route', 'krakend_endpoint_route', 'krakend_endpoint_method'])

const layers = [
  ['http_server_', 'global'], ['krakend_proxy_', 'proxy'], ['krakend_backend_', 'backend'], ['http_client_', 'call']
] as const
type Layer = typeof layers[number][1]

/** Reads which series a configuration has: those of its endpoints and backends, with its static attributes. */
export function readWantedSeries ({ endpoints }: Pick<Service, 'endpoints'>, settings: Pick<Layers, 'global' | 'globalOf' | 'ofEndpoint' | 'ofBackend'>): WantsSeries {
  const wanted = new Set<string>()
  const add = (layer: Layer, place: readonly Attribute[], statics: readonly Attribute[] | null): void => {
    wanted.add(statics === null ? `${layer} any ${keyOf(toLabels(place))}` : `${layer} ${keyOf(toLabels([...place, ...statics]))}`)
  }
  const { metrics: ofAll } = settings.global
  for (const status of [404, 405, 200]) add('global', [['http.route', unmatchedRoute(status)]], ofAll)
  for (const endpoint of endpoints) {
    const route: Attribute = ['http.route', routeOf(endpoint)]
    add('global', [route], ofAll === null ? null : settings.globalOf(endpoint).metrics ?? ofAll)
    add('proxy', [route], settings.ofEndpoint(endpoint).metrics)
    for (const backend of endpoint.backends) {
      const { stage, call } = settings.ofBackend(backend, endpoint)
      const place: readonly Attribute[] = [
        ['http.route', routeOfBackend(backend)], ['krakend.endpoint.route', routeOf(endpoint)], ['krakend.endpoint.method', endpoint.method]
      ]
      add('backend', place, stage.metrics)
      add('call', place, call.metrics?.attributes ?? null)
    }
  }
  return (name, labels) => {
    const written = name.replaceAll('.', '_')
    const layer = layers.find(([prefix]) => written.startsWith(prefix))?.[1]
    return layer === undefined || wanted.has(`${layer} ${keyOf(labels)}`) || wanted.has(`${layer} any ${keyOf(labels, places)}`)
  }
}

/** Returns what leaves out series that a configuration does not have; it asks once for the labels of each. */
export function createSeriesFilter (): (families: readonly MetricFamily[], model: Service) => readonly MetricFamily[] {
  let last: Service | null = null
  let isWanted: WantsSeries = () => true
  let known = new WeakMap<MetricLabels, boolean>()
  const isKept = (name: string, labels: MetricLabels): boolean => {
    let kept = known.get(labels)
    if (kept === undefined) known.set(labels, kept = isWanted(name, labels))
    return kept
  }
  return (families, model) => {
    if (model.extra[namespace] === undefined) return families
    if (last !== model) {
      last = model
      isWanted = readWantedSeries(model, new Layers(model, new Set()))
      known = new WeakMap()
    }
    return families
      .map((family) => ({ ...family, samples: family.samples.filter(([labels]) => isKept(family.name, labels)) }))
      .filter(({ samples }) => samples.length > 0)
  }
}

function keyOf (labels: MetricLabels, of: ReadonlySet<string> | null = null): string {
  return JSON.stringify(Object.entries(labels).filter(([name]) => of === null ? !variable.has(name) : of.has(name)))
}
