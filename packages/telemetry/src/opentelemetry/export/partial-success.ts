import { JsonMetricsSerializer, JsonTraceSerializer, ProtobufMetricsSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import type { Signal } from '../environment.ts'

/** What a collector refused of a request that it accepted otherwise, or its warning about one that it accepted. */
export interface PartialSuccess {
  /** Spans, or points of metrics; 0 = everything was accepted. */
  readonly rejected: number
  readonly message: string
}

/** Reads the answer of a collector (OTLP specification, "Partial Success"); null if it accepted everything and warns of nothing. */
export function readPartialSuccess (signal: Signal, body: Uint8Array, isJson: boolean): PartialSuccess | null {
  if (body.length === 0) return null
  try {
    // JSON has what the collector wrote: numbers of 64 bits are texts there, and anything may be something else.
    const { rejected, message } = signal === 'traces' ? readTraces(body, isJson) : readMetrics(body, isJson)
    const count = Number(rejected ?? 0)
    const text = typeof message === 'string' ? message : ''
    if (!Number.isSafeInteger(count) || count < 0 || (count === 0 && text === '')) return null
    return { rejected: count, message: text }
  } catch {
    return null
  }
}

interface Read { rejected?: unknown, message?: unknown }

function readTraces (body: Uint8Array, isJson: boolean): Read {
  const { partialSuccess } = (isJson ? JsonTraceSerializer : ProtobufTraceSerializer).deserializeResponse(body)
  return { rejected: partialSuccess?.rejectedSpans, message: partialSuccess?.errorMessage }
}

function readMetrics (body: Uint8Array, isJson: boolean): Read {
  const { partialSuccess } = (isJson ? JsonMetricsSerializer : ProtobufMetricsSerializer).deserializeResponse(body)
  return { rejected: partialSuccess?.rejectedDataPoints, message: partialSuccess?.errorMessage }
}
