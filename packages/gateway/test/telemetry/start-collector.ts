import type { IncomingHttpHeaders } from 'node:http'
import type https from 'node:https'
import { gunzipSync } from 'node:zlib'
import type { Test } from 'tap'
import { startOrigin } from '@floodgate/testing'
import { readMetrics, readSpans, type ReadSpan } from './read-otlp.ts'

/** What a collector has received in protobuf: all spans, the last report of metrics, the headers of all requests. */
export interface Received { spans: ReadSpan[], metrics: ReturnType<typeof readMetrics>, headers: IncomingHttpHeaders[] }

export interface CollectorRequest {
  readonly path: string
  readonly type: string
  /** Not compressed. */
  readonly body: Buffer
}

/** Reads requests, of HTTP and of gRPC. */
export function collect (): { received: Received, take (path: string, headers: IncomingHttpHeaders, body: Buffer): void } {
  const received: Received = { spans: [], metrics: [], headers: [] }
  return {
    received,
    take (path, headers, body) {
      received.headers.push(headers)
      if (headers['content-type'] === 'application/json') return
      if (path.includes('etrics')) received.metrics = readMetrics(body)
      else received.spans.push(...readSpans(body))
    }
  }
}

/** A collector of OTLP over HTTP. */
export async function startCollector (t: Test, tls?: https.ServerOptions, answer = { status: 200, body: '{}' }) {
  const requests: CollectorRequest[] = []
  const { received, take } = collect()
  const { port } = await startOrigin(t, (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => { chunks.push(chunk) })
    request.on('end', () => {
      const { url, headers } = request
      const whole = Buffer.concat(chunks)
      const body = headers['content-encoding'] === 'gzip' ? gunzipSync(whole) : whole
      requests.push({ path: url!, type: String(headers['content-type']), body })
      take(url!, headers, body)
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body)
    })
  }, tls)
  return { port, requests, received }
}
