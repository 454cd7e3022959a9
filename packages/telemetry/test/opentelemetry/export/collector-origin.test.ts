import t from 'tap'
import { isCallable, originOf } from '../../../src/opentelemetry/export/collector-origin.ts'

t.test('originOf: TLS, ports, IPv6 addresses', async (t) => {
  t.equal(originOf({ host: 'collector' }), 'http://collector:4317')
  t.equal(originOf({ host: 'https://collector/path', port: 1 }), 'https://collector:1')
  t.equal(originOf({ host: '::1' }), 'http://[::1]:4317')
  t.equal(originOf({ host: '[::1]' }), 'http://[::1]:4317')
  t.equal(originOf({ host: 'collector', port: 0 }), 'http://collector:4317', 'as in the reference, 0 is no port')
})

t.test('isCallable: no ports, paths and credentials in hosts', async (t) => {
  for (const host of ['collector', '10.0.0.1', '::1', 'https://collector/']) t.ok(isCallable({ host }), host)
  for (const host of ['', 'collector:1', 'user@collector', 'user:password@collector', 'a b', 'http://collector/v1', 'collector/v1', 'grpc://x']) t.notOk(isCallable({ host }), host)
})
