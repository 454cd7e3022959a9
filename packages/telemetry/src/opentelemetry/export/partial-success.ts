import { JsonMetricsSerializer, JsonTraceSerializer, ProtobufMetricsSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import type { Signal } from '../environment.ts'

/** What a collector refused of a request that it accepted otherwise. */
export interface PartialSuccess {
  /** Spans, or points of metrics. */
  readonly rejected: number
  readonly message: string
}

/** Reads the answer of a collector (OTLP specification, "Partial Success"); null if it accepted everything, or says nothing of it. */
export function readPartialSuccess (signal: Signal, body: Uint8Array, isJson: boolean): PartialSuccess | null {
  if (body.length === 0) return null
  try {
    const { rejected = 0, message = '' } = signal === 'traces' ? readTraces(body, isJson) : readMetrics(body, isJson)
    return rejected === 0 ? null : { rejected: Number(rejected), message }
  } catch {
    return null
  }
}

interface Read { rejected?: number | undefined, message?: string | undefined }

function readTraces (body: Uint8Array, isJson: boolean): Read {
  const { partialSuccess } = (isJson ? JsonTraceSerializer : ProtobufTraceSerializer).deserializeResponse(body)
  return { rejected: partialSuccess?.rejectedSpans, message: partialSuccess?.errorMessage }
}

function readMetrics (body: Uint8Array, isJson: boolean): Read {
  const { partialSuccess } = (isJson ? JsonMetricsSerializer : ProtobufMetricsSerializer).deserializeResponse(body)
  return { rejected: partialSuccess?.rejectedDataPoints, message: partialSuccess?.errorMessage }
}
