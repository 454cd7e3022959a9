import type { Attribute } from './metrics/meter.ts'

/** What a kind of data has a variable of its own for. */
export type Signal = 'traces' | 'metrics'

/** How a collector is called. */
export interface CallSettings {
  /** Sent with each request, names in lower case; they are secrets. */
  readonly headers: Readonly<Record<string, string>>
  /** ms for one request. */
  readonly timeout: number
  readonly gzip: boolean
  /** Absent = the variable does not say it. */
  readonly protocol?: Protocol
}

const protocols = ['grpc', 'http/protobuf', 'http/json'] as const
/** How collectors are called; an exporter's `use_http` chooses between gRPC and HTTP. */
export type Protocol = typeof protocols[number]

/** What the `OTEL_*` variables say. */
export interface OtelEnvironment {
  readonly calls: Readonly<Record<Signal, CallSettings>>
  /** Headers that are read from clients and sent to backends. */
  readonly propagators: { readonly trace: boolean, readonly baggage: boolean }
  readonly resource: readonly Attribute[]
  /** What is set and cannot be honoured, without values: they may be secrets. */
  readonly problems: readonly string[]
}

const prefix = 'OTEL_EXPORTER_OTLP_'
/** ms: the default of the specification. */
const defaultTimeout = 10_000
/** The longest that a timer of Node takes. */
const longestTimeout = 2 ** 31 - 1

const ignored = /^OTEL_(?:EXPORTER_OTLP_(?:(?:TRACES|METRICS)_)?(?:ENDPOINT|INSECURE|CERTIFICATE|CLIENT_CERTIFICATE|CLIENT_KEY)|TRACES_SAMPLER(?:_ARG)?|SERVICE_NAME|METRIC_EXPORT_INTERVAL|METRIC_EXPORT_TIMEOUT|BSP_\w+|SPAN_\w+|ATTRIBUTE_\w+|SDK_DISABLED)$/
/** A name and a value that HTTP allows in a header. */
export const headerName = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/i
export const headerValue = /^[\t\x20-\x7e]*$/

/**
 * Reads the variables that OpenTelemetry's exporters and SDK for Go read (specification "OTLP exporter configuration" and
 * "Environment variables"). A variable of one signal replaces that of both.
 */
export function readOtelEnvironment (env: NodeJS.ProcessEnv): OtelEnvironment {
  const problems: string[] = []
  const set = (name: string): string => env[name]?.trim() ?? ''
  const report = (name: string, wrong: string): void => {
    const text = `the environment variable ${name} ${wrong}`
    if (!problems.includes(text)) problems.push(text)
  }

  const callOf = (signal: string): CallSettings => {
    const nameOf = (setting: string): string => set(`${prefix}${signal}_${setting}`) === '' ? `${prefix}${setting}` : `${prefix}${signal}_${setting}`
    const [headers, timeout, compression] = [nameOf('HEADERS'), nameOf('TIMEOUT'), nameOf('COMPRESSION')]
    const asked = nameOf('PROTOCOL')
    const protocol = protocols.find((name) => name === set(asked))
    if (protocol === undefined && set(asked) !== '') report(asked, 'must be "http/protobuf", "http/json" or "grpc": it has no effect')
    const ms = Number(set(timeout) || defaultTimeout)
    const isTime = Number.isInteger(ms) && ms > 0 && ms <= longestTimeout
    if (!isTime) report(timeout, `must be a number of milliseconds, such as ${defaultTimeout}: the default is used`)
    if (!['', 'gzip', 'none'].includes(set(compression))) report(compression, 'must be "gzip" or "none": nothing is compressed')
    return {
      headers: Object.fromEntries(readPairs(set(headers), (wrong) => { report(headers, wrong) })
        .map(([name, text]) => [name.toLowerCase(), text] as const)
        .filter(([name, text]) => {
          const isHeader = headerName.test(name) && headerValue.test(text)
          if (!isHeader) report(headers, 'has a header that HTTP does not allow: it is left out')
          return isHeader
        })),
      timeout: isTime ? ms : defaultTimeout,
      gzip: set(compression) === 'gzip',
      ...protocol !== undefined && { protocol }
    }
  }

  const readPropagators = (): OtelEnvironment['propagators'] => {
    const names = (set('OTEL_PROPAGATORS') || 'tracecontext,baggage').split(',').map((name) => name.trim())
    const others = names.filter((name) => !['tracecontext', 'baggage', 'none', ''].includes(name))
    if (others.length > 0) {
      report('OTEL_PROPAGATORS', `has propagators that are not supported (${others.join(', ')}): write "tracecontext", "baggage" or "none"`)
    }
    return { trace: names.includes('tracecontext'), baggage: names.includes('baggage') }
  }

  const calls = { traces: callOf('TRACES'), metrics: callOf('METRICS') }
  const propagators = readPropagators()
  const resource = readPairs(set('OTEL_RESOURCE_ATTRIBUTES'), (wrong) => { report('OTEL_RESOURCE_ATTRIBUTES', wrong) })
  const others = Object.keys(env).filter((name) => ignored.test(name) && set(name) !== '').sort()
  if (others.length > 0) {
    problems.push(`environment variables without effect: ${others.join(', ')}; write exporters, sampling and the name of the service into the configuration`)
  }
  return { calls, propagators, resource, problems }
}

/** Reads `name=value,name=value` with percent-encoded values. */
function readPairs (text: string, report: (wrong: string) => void): (readonly [name: string, value: string])[] {
  return text.split(',').filter((pair) => pair.trim() !== '').flatMap((pair) => {
    const at = pair.indexOf('=')
    const name = pair.slice(0, Math.max(at, 0)).trim()
    try {
      if (name === '') throw new Error('without a name')
      return [[decodeURIComponent(name), decodeURIComponent(pair.slice(at + 1).trim())] as const]
    } catch {
      report('must be a list such as "name=value,other=value" with percent-encoded values: what is not is left out')
      return []
    }
  })
}
