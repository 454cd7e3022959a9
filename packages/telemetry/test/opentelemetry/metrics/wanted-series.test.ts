import t from 'tap'
import type { MetricFamily, Service } from '@floodgate/core'
import { Layers } from '../../../src/opentelemetry/layers/layer-settings.ts'
import { toLabels } from '../../../src/opentelemetry/metrics/families.ts'
import type { Attribute } from '../../../src/opentelemetry/metrics/meter.ts'
import { createSeriesFilter, readWantedSeries } from '../../../src/opentelemetry/metrics/wanted-series.ts'

const namespace = 'telemetry/opentelemetry'

function modelOf (settings: object | null, ofEndpoint: object = {}, ofBackend: object = {}): Service {
  return {
    extra: settings === null ? {} : { [namespace]: settings },
    endpoints: [{
      path: '/a/{id}', method: 'GET', extra: { [namespace]: ofEndpoint }, backends: [{ urlPattern: '/b/{id}', method: 'POST', extra: { [namespace]: ofBackend } }]
    }]
  } as unknown as Service
}

const statics = (name: string, value: string) => [{ key: name, value }]
const layers = (value: string) => ({
  layers: {
    global: { metrics_static_attributes: statics('team', value) },
    proxy: { metrics_static_attributes: statics('team', value) },
    backend: { metrics: { round_trip: true, static_attributes: statics('team', value) } }
  }
})

const ofRequest: readonly Attribute[] = [['http.request.method', 'GET'], ['http.response.status_code', 200], ['http.route', '/a/:id'], ['url.scheme', 'http']]
const ofEndpoint: readonly Attribute[] = [['complete', 'true'], ['error', 'false'], ['canceled', 'false'], ['http.request.method', 'GET'], ['http.route', '/a/:id']]
const ofCall: readonly Attribute[] = [
  ['clientname', '/b/:id'], ['http.request.method', 'POST'], ['http.route', '/b/:id'], ['krakend.endpoint.route', '/a/:id'],
  ['krakend.endpoint.method', 'GET'], ['http.response.status_code', 200], ['server.address', '127.0.0.1'], ['server.port', 80]
]
const all: readonly (readonly [string, readonly Attribute[]])[] = [
  ['http.server.duration', ofRequest], ['krakend.proxy.duration', ofEndpoint], ['krakend.backend.duration', ofCall.slice(1, 5)], ['http.client.duration', ofCall]
]

t.test('wanted series: those with the static attributes of the configuration, under both names of a metric', (t) => {
  const model = modelOf(layers('a'))
  const isWanted = readWantedSeries(model, new Layers(model, new Set()))
  for (const [name, attributes] of all) {
    const of = (...more: Attribute[]) => isWanted(name, toLabels([...attributes, ...more]))
    t.ok(of(['team', 'a']), name)
    t.ok(isWanted(`${name.replaceAll('.', '_')}_total`, toLabels([...attributes, ['team', 'a'], ['otel_scope_name', 'x'], ['otel_scope_version', '']])), name)
    t.ok(isWanted(name, toLabels([['floodgate.exporters', '["p"]'], ...attributes, ['team', 'a']])), `${name}: of some exporters`)
    t.notOk(of(['team', 'b']), name)
    t.notOk(of(), name)
    t.notOk(of(['team', 'a'], ['zone', 'x']), name)
    t.notOk(isWanted(name, toLabels([...attributes.map(([key, value]): Attribute => [key, key === 'http.route' ? '/gone' : value]), ['team', 'a']])), `${name}: another route`)
  }
  t.ok(isWanted('http.server.duration', toLabels([['http.route', '404 Not Found'], ['http.response.status_code', 404], ['team', 'a']])))
  t.ok(isWanted('process_cpu_seconds_total', {}), 'what no layer has')
  t.end()
})

t.test('wanted series: those of an endpoint and of a backend, and a layer that is off keeps its series', (t) => {
  const own = { proxy: { metrics_static_attributes: statics('own', '1') }, backend: { metrics: { round_trip: true, static_attributes: statics('own', '2') } } }
  const read = (model: Service) => {
    const isWanted = readWantedSeries(model, new Layers(model, new Set()))
    return (more: Attribute) => all.map(([name, attributes]) => isWanted(name, toLabels([...attributes, more])))
  }
  const overridden = read(modelOf(layers('a'), own))
  t.same(overridden(['team', 'a']), [true, false, false, false])
  t.same(overridden(['own', '1']), [false, true, false, false])
  t.same(overridden(['own', '2']), [false, false, true, true])
  const off = read(modelOf({ layers: { global: { disable_metrics: true }, proxy: { disable_metrics: true }, backend: { metrics: { disable_stage: true } } } }))
  t.same(off(['team', 'any']), [true, true, true, true])
  t.end()
})

t.test('series filter: follows the configuration, and leaves no metric without series', (t) => {
  const keep = createSeriesFilter()
  const family = (name: string, team: string): MetricFamily => {
    return { name, type: 'counter', help: '', samples: [[toLabels([...ofEndpoint, ['team', team]]), 1]] }
  }
  const families = [family('krakend_proxy_duration', 'a'), family('krakend_proxy_duration', 'b'), family('other_total', 'a')]
  const names = (model: Service) => keep(families, model).map(({ name, samples }) => `${name} ${samples[0]![0]['team']}`)
  const [one, other] = [modelOf(layers('a')), modelOf(layers('b'))]
  for (let i = 0; i < 2; i++) {
    t.same(names(one), ['krakend_proxy_duration a', 'other_total a'])
    t.same(names(other), ['krakend_proxy_duration b', 'other_total a'])
  }
  t.equal(keep(families, modelOf(null)), families)
  t.end()
})
