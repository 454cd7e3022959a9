import t from 'tap'
import { readOtelEnvironment } from '../../src/opentelemetry/environment.ts'

t.test('environment: nothing set', (t) => {
  const call = { headers: {}, timeout: 10_000, gzip: false }
  t.strictSame(readOtelEnvironment({ PATH: '/bin', OTEL_PROPAGATORS: ' ' }), {
    calls: { traces: call, metrics: call },
    propagators: { trace: true, baggage: true },
    resource: [],
    problems: []
  })
  t.end()
})

t.test('environment: a variable of one signal replaces that of both', (t) => {
  const { calls, problems } = readOtelEnvironment({
    OTEL_EXPORTER_OTLP_HEADERS: 'X-Key=a%20b, other=1=2',
    OTEL_EXPORTER_OTLP_METRICS_HEADERS: 'x-key=c',
    OTEL_EXPORTER_OTLP_TIMEOUT: '500',
    OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '700',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'none',
    OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'gzip'
  })
  t.strictSame(calls, {
    traces: { headers: { 'x-key': 'a b', other: '1=2' }, timeout: 700, gzip: true },
    metrics: { headers: { 'x-key': 'c' }, timeout: 500, gzip: false }
  })
  t.strictSame(problems, [])
  t.end()
})

t.test('environment: what cannot be honoured is named, without values', (t) => {
  const { calls, propagators, problems } = readOtelEnvironment({
    OTEL_EXPORTER_OTLP_HEADERS: 'hidden,a=%zhidden,b c=hidden,d=%0Ahidden,good=1',
    OTEL_EXPORTER_OTLP_TIMEOUT: '10s',
    OTEL_EXPORTER_OTLP_METRICS_COMPRESSION: 'zstd',
    OTEL_PROPAGATORS: 'tracecontext, b3',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://hidden',
    OTEL_TRACES_SAMPLER: 'always_on',
    OTEL_NODE_RESOURCE_DETECTORS: 'none'
  })
  t.strictSame(calls.traces, { headers: { good: '1' }, timeout: 10_000, gzip: false })
  t.strictSame(propagators, { trace: true, baggage: false })
  t.notMatch(problems.join('\n'), /hidden/)
  for (const part of [
    /OTLP_HEADERS must be a list/, /OTLP_HEADERS has a header that HTTP does not allow/, /OTLP_TIMEOUT must be a number/, /METRICS_COMPRESSION must be "gzip"/,
    /OTEL_PROPAGATORS has propagators that are not supported \(b3\)/, /without effect: OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_SAMPLER;/
  ]) t.equal(problems.filter((problem) => part.test(problem)).length, 1, String(part))
  t.equal(problems.length, 6)
  t.strictSame(readOtelEnvironment({ OTEL_PROPAGATORS: 'none' }).propagators, { trace: false, baggage: false })
  t.strictSame(readOtelEnvironment({ OTEL_RESOURCE_ATTRIBUTES: 'a=b,host.name=x%2Cy' }).resource, [['a', 'b'], ['host.name', 'x,y']])
  t.end()
})

t.test('environment: the protocol, for one signal or both', (t) => {
  const { calls, problems } = readOtelEnvironment({ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'grpc' })
  t.strictSame([calls.traces.protocol, calls.metrics.protocol], ['http/json', 'grpc'])
  t.strictSame(problems, [])
  t.match(readOtelEnvironment({ OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'hidden' }).problems, [/^the environment variable OTEL_EXPORTER_OTLP_TRACES_PROTOCOL must be "http\/protobuf"/])
  t.end()
})
