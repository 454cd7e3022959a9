import t from 'tap'
import type { Service } from '@floodgate/core'
import { checkSettings } from '../../src/opentelemetry/check-settings.ts'

function warningsOf (exporter: object, listenIp = ''): string[] {
  const warnings: string[] = []
  checkSettings({ exporters: { prometheus: [{ name: 'p', ...exporter }] } }, {
    model: { extra: {}, endpoints: [], port: 8080, listenIp } as unknown as Service,
    folder: '.',
    problem: (path, message) => { throw new Error(`${path.join('.')}: ${message}`) },
    warning: (path, message) => { warnings.push(`${path.join('.')}: ${message}`) }
  })
  return warnings
}

t.test('check settings: an exporter on the port of the gateway is a warning, where both would listen on the same address', async (t) => {
  const warning = ['extra_config.telemetry/opentelemetry.exporters.prometheus.0.port: 8080 is the port of the gateway as well: write another one']
  t.same(warningsOf({ port: 8080 }), warning, 'both on all addresses')
  t.same(warningsOf({ port: 8080, listen_ip: '127.0.0.1' }), warning, 'the gateway on all')
  t.same(warningsOf({ port: 8080, listen_ip: '::' }, '127.0.0.1'), warning, 'the exporter on all')
  t.same(warningsOf({ port: 8080, listen_ip: '127.0.0.1' }, '127.0.0.1'), warning, 'both on one')
  t.same(warningsOf({ port: 8080, listen_ip: '127.0.0.2' }, '127.0.0.1'), [], 'on different ones')
  t.same(warningsOf({ port: 9090 }), [])
  t.same(warningsOf({ port: 8080, disable_metrics: true }), [], 'it does not listen')
})
