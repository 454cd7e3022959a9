import t from 'tap'
import type { Endpoint, Service } from '@floodgate/core'
import { telemetryDifferences } from '../../src/differences/telemetry.ts'

const namespace = 'telemetry/opentelemetry'

t.test('differences: an endpoint with the namespace, but without a proxy layer of its own, where the service has one', async (t) => {
  const { endpoint } = telemetryDifferences.find(({ id }) => id === 'endpoint-without-proxy-layer')!
  const differs = (own: object | undefined, service: object | undefined) => endpoint!(
    { extra: own === undefined ? {} : { [namespace]: own } } as unknown as Endpoint,
    { extra: service === undefined ? {} : { [namespace]: service } } as unknown as Service
  )
  const service = { layers: { proxy: { disable_traces: true } } }
  t.equal(differs({ global: {} }, service), true)
  t.equal(differs({ exporters_override: {} }, service), true)
  t.equal(differs({ proxy: {} }, service), false)
  t.equal(differs(undefined, service), false)
  t.equal(differs({ global: {} }, { layers: { global: {} } }), false)
  t.equal(differs({ global: {} }, undefined), false)
})
