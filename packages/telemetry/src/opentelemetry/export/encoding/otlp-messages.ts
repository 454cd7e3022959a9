import type { Signal } from '../../environment.ts'
import type { MessageField, MessageFields } from './read-protobuf.ts'

type Kind = MessageField['kind']

const one = (name: string, kind: Kind): MessageField => ({ name, kind, isList: false })
const list = (name: string, kind: Kind): MessageField => ({ name, kind, isList: true })

/* opentelemetry-proto: the fields of its messages that Floodgate and `@opentelemetry/otlp-transformer` write. */

const anyValue: MessageFields = {
  1: one('stringValue', 'text'),
  2: one('boolValue', 'boolean'),
  3: one('intValue', 'int64'),
  4: one('doubleValue', 'double'),
  5: one('arrayValue', () => arrayValue)
}
const arrayValue: MessageFields = { 1: list('values', () => anyValue) }
const keyValue: MessageFields = { 1: one('key', 'text'), 2: one('value', () => anyValue) }
const attributes = list('attributes', () => keyValue)
const resource: MessageFields = { 1: attributes, 2: one('droppedAttributesCount', 'number') }
const scope: MessageFields = { 1: one('name', 'text'), 2: one('version', 'text'), 3: attributes, 4: one('droppedAttributesCount', 'number') }

const event: MessageFields = {
  1: one('timeUnixNano', 'fixed64'), 2: one('name', 'text'), 3: attributes, 4: one('droppedAttributesCount', 'number')
}
const status: MessageFields = { 2: one('message', 'text'), 3: one('code', 'number') }
const span: MessageFields = {
  1: one('traceId', 'hex'),
  2: one('spanId', 'hex'),
  3: one('traceState', 'text'),
  4: one('parentSpanId', 'hex'),
  5: one('name', 'text'),
  6: one('kind', 'number'),
  7: one('startTimeUnixNano', 'fixed64'),
  8: one('endTimeUnixNano', 'fixed64'),
  9: attributes,
  10: one('droppedAttributesCount', 'number'),
  11: list('events', () => event),
  12: one('droppedEventsCount', 'number'),
  14: one('droppedLinksCount', 'number'),
  15: one('status', () => status),
  16: one('flags', 'fixed32')
}

const times = { 2: one('startTimeUnixNano', 'fixed64'), 3: one('timeUnixNano', 'fixed64') } as const
const numberPoint: MessageFields = { ...times, 4: one('asDouble', 'double'), 7: attributes, 8: one('flags', 'number') }
const histogramPoint: MessageFields = {
  ...times,
  4: one('count', 'fixed64'),
  5: one('sum', 'double'),
  6: list('bucketCounts', 'fixed64'),
  7: list('explicitBounds', 'double'),
  9: attributes,
  10: one('flags', 'number'),
  11: one('min', 'double'),
  12: one('max', 'double')
}
const temporality = one('aggregationTemporality', 'number')
const sum: MessageFields = { 1: list('dataPoints', () => numberPoint), 2: temporality, 3: one('isMonotonic', 'boolean') }
const histogram: MessageFields = { 1: list('dataPoints', () => histogramPoint), 2: temporality }
const metric: MessageFields = {
  1: one('name', 'text'), 2: one('description', 'text'), 3: one('unit', 'text'), 7: one('sum', () => sum), 9: one('histogram', () => histogram)
}

/** A request has a list of resources, each with a list of scopes, each with a list of what is sent. */
function request (signal: 'Spans' | 'Metrics', items: string, item: MessageFields): MessageFields {
  const ofScope: MessageFields = { 1: one('scope', () => scope), 2: list(items, () => item), 3: one('schemaUrl', 'text') }
  const ofResource: MessageFields = { 1: one('resource', () => resource), 2: list(`scope${signal}`, () => ofScope), 3: one('schemaUrl', 'text') }
  return { 1: list(`resource${signal}`, () => ofResource) }
}

/** Requests of the collector's services (collector/trace/v1, collector/metrics/v1). */
export const requests: Readonly<Record<Signal, MessageFields>> = {
  traces: request('Spans', 'spans', span),
  metrics: request('Metrics', 'metrics', metric)
}

/** What a collector says of a request that it did not accept: `google.rpc.Status`. */
export const failure: MessageFields = { 1: one('code', 'number'), 2: one('message', 'text') }
