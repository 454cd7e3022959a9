import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRawServer, listenApart, withoutQuery, type OpenedPort } from '@floodgate/core'
import { writeAddress } from '@floodgate/http-client'
import type { FastifyBaseLogger } from 'fastify'

/** A port that serves one text at one path. */
export interface TextPort extends OpenedPort {
  /** `http://127.0.0.1:9090/metrics` */
  readonly url: string
}

export interface TextPortOptions {
  /** Who serves it, for the log. */
  readonly name: string
  /** 0 takes a free one. */
  readonly port: number
  /** Address to listen on; '' = all addresses. */
  readonly host: string
  /** `/metrics` */
  readonly path: string
  readonly contentType: string
  /** Writes the text; called per request. */
  read (): string | Promise<string>
  readonly log: Pick<FastifyBaseLogger, 'error'>
}

/**
 * Serves a text at a port of its own, which is not shared with other workers. It does not keep the process running; the
 * caller closes it.
 *
 * @throws the error of `listen`
 */
export async function openTextPort (options: TextPortOptions): Promise<TextPort> {
  const { name, port, host, path, log } = options
  const server = createRawServer(name, (request, response) => answer(request, response, options), log)
  const listening = await listenApart(server, { port, host })
  const { port: opened } = server.address() as AddressInfo
  return {
    ...listening,
    url: `http://${writeAddress(host === '' ? '127.0.0.1' : host, opened)}${path}`
  }
}

async function answer (
  { method, url = '' }: IncomingMessage,
  response: ServerResponse,
  { path, contentType, read }: TextPortOptions
): Promise<void> {
  const asked = withoutQuery(url)
  if (asked === `${path}/`) response.writeHead(301, { location: path }).end()
  else if (asked !== path) response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found')
  else if (method !== 'GET' && method !== 'HEAD') response.writeHead(405, { allow: 'GET, HEAD' }).end()
  else {
    const text = await read()
    response.writeHead(200, { 'content-type': contentType }).end(text)
  }
}
