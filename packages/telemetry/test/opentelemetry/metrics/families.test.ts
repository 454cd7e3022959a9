import t from 'tap'
import { createFamilies, toLabels } from '../../../src/opentelemetry/metrics/families.ts'
import { Meter } from '../../../src/opentelemetry/metrics/meter.ts'

t.test('families: labels are made once for a point, and names follow Prometheus', (t) => {
  const meter = new Meter()
  meter.counter('http.client.response.read.time', 's', [['http.route', '']]).add(2)
  const familiesOf = createFamilies()
  const [family] = familiesOf(meter.read())
  t.match(family, { name: 'http_client_response_read_time_seconds_total', type: 'counter' })
  const [[labels, value]] = family!.samples as [[object, number]]
  t.strictSame(labels, { http_route: '', otel_scope_name: 'io.krakend.krakend-otel', otel_scope_version: '' })
  t.equal(value, 2)
  t.equal(familiesOf(meter.read())[0]!.samples[0]![0], labels)
  meter.histogram('http.server.response.body.size', 'By', [1], []).record(1)
  t.match(familiesOf(meter.read()).find(({ type }) => type === 'histogram'), { name: 'http_server_response_body_size_bytes' })
  t.end()
})

t.test('families: attributes that have the same name as a label are joined, as by the exporter of Go', (t) => {
  t.strictSame(toLabels([['http.route', '/a'], ['a', true], ['http_route', '/b']]), { a: 'true', http_route: '/a;/b' })
  t.end()
})
