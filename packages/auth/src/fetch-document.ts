import { request, type Dispatcher } from 'undici'
import { userAgent } from './user-agent.ts'

export interface Document {
  readonly status: number
  /** Without parameters, in lower case; '' = none. */
  readonly contentType: string
  readonly body: Buffer
}

export interface DocumentRequest {
  readonly method?: 'GET' | 'POST'
  readonly headers?: Record<string, string>
  readonly body?: string
  /** ms for the whole call. */
  readonly timeout: number
}

const maxBytes = 1024 * 1024

/**
 * Reads a small document of a server of keys or tokens.
 *
 * @throws the dispatcher's error, or a RangeError where the document is longer than 1 MB
 */
export async function fetchDocument (dispatcher: Dispatcher, url: string, { method = 'GET', headers = {}, body, timeout }: DocumentRequest): Promise<Document> {
  const options = { dispatcher, method, headers: { 'user-agent': userAgent, ...headers }, headersTimeout: 0, bodyTimeout: 0, timeout, ...(body !== undefined && { body }) }
  const response = await request(url, options)
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response.body) {
    length += (chunk as Buffer).length
    if (length > maxBytes) throw new RangeError(`the answer is longer than ${maxBytes} bytes`)
    chunks.push(chunk as Buffer)
  }
  const type = response.headers['content-type']
  return { status: response.statusCode, contentType: String(type ?? '').split(';')[0]!.trim().toLowerCase(), body: Buffer.concat(chunks) }
}

/** An address without what may be secret in it, for logs. */
export function showAddress (url: string): string {
  return URL.canParse(url) ? `${new URL(url).origin}${new URL(url).pathname}` : 'an address that cannot be read'
}
