import type { CallSettings, Signal } from '../../environment.ts'
import type { OtlpSettings } from '../../options.ts'
import { requests } from './otlp-messages.ts'
import { readProtobuf } from './read-protobuf.ts'

/** How the body of a request over HTTP is written. */
export interface Encoding {
  readonly contentType: string
  /** @param payload the request in protobuf */
  encode (signal: Signal, payload: Uint8Array): Uint8Array
}

const protobuf: Encoding = { contentType: 'application/x-protobuf', encode: (_, payload) => payload }

/**
 * OTLP/JSON: ids are hexadecimal, enums numbers (OTLP specification, "JSON Protobuf Encoding"). It is made of the protobuf
 * that all exporters share, so that nothing of it costs anything where it is not used.
 */
const json: Encoding = {
  contentType: 'application/json',
  encode: (signal, payload) => Buffer.from(JSON.stringify(readProtobuf(payload, requests[signal])))
}

/** How an exporter over HTTP writes: as it is configured, or as `OTEL_EXPORTER_OTLP_PROTOCOL` says, or protobuf. */
export function encodingOf ({ floodgate }: Pick<OtlpSettings, 'floodgate'>, { protocol }: Pick<CallSettings, 'protocol'>): Encoding {
  const isJson = floodgate?.encoding === undefined ? protocol === 'http/json' : floodgate.encoding === 'json'
  return isJson ? json : protobuf
}
