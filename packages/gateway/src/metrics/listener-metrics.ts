import type { MetricDefinition, MetricFamily } from '@floodgate/core'
import type { ListenerCertificates } from '@floodgate/tls'

const expiry: MetricDefinition = {
  name: 'floodgate_listener_certificate_expiry_timestamp_seconds',
  type: 'gauge',
  help: 'Expiry of the certificates that the gateway sends to its clients, and of the authorities that it trusts for theirs, by file.',
  labels: ['use', 'from', 'subject'],
  over: 'min'
}
const renewals: MetricDefinition = {
  name: 'floodgate_listener_renewals_total',
  type: 'counter',
  help: 'Renewals of the listener: changed certificate files were read and are in use.'
}
const failures: MetricDefinition = {
  name: 'floodgate_listener_renewal_failures_total',
  type: 'counter',
  help: 'Failed renewals of the listener: changed certificate files could not be used.'
}
const failing: MetricDefinition = {
  name: 'floodgate_listener_renewal_failing',
  type: 'gauge',
  help: '1 while the current certificate files of the listener could not be used and its previous certificates stay in use.',
  over: 'max'
}

/** What this file reports. */
export const listenerMetrics: readonly MetricDefinition[] = [expiry, renewals, failures, failing]

/** Describes the certificates of a listener as they are now. */
export function describeListener (listener: Pick<ListenerCertificates, 'expiries' | 'stats'>): MetricFamily[] {
  const { renewed, failed, lastError } = listener.stats()
  return [
    {
      ...expiry,
      samples: listener.expiries.map(({ use, from, subject, validTo }) => [{ use, from, subject }, Date.parse(validTo) / 1000])
    },
    { ...renewals, samples: [[{}, renewed]] },
    { ...failures, samples: [[{}, failed]] },
    { ...failing, samples: [[{}, lastError === null ? 0 : 1]] }
  ]
}
