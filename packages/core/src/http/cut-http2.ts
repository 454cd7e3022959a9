import { constants, type Http2ServerResponse, type ServerHttp2Stream } from 'node:http2'

/**
 * Has `destroy` of an answer of HTTP/2 reset its stream with INTERNAL_ERROR, in a turn of the event loop of its own. Two things
 * are wrong with Node's own `destroy`. It resets without an error, which a client takes for a good end. And it resets at once:
 * handlers run while nghttp2 reads, nothing may be sent by it then, and Node uses memory that was freed (CVE-2026-56848,
 * https://github.com/nodejs/node/issues/64113; no release of Node 20 has the fix).
 */
export function cutHttp2Later (response: Http2ServerResponse): void {
  response.destroy = destroyLater
}

function destroyLater (this: Http2ServerResponse): Http2ServerResponse {
  setImmediate(cut, this.stream)
  return this
}

function cut (stream: ServerHttp2Stream): void {
  if (!stream.closed && !stream.destroyed) stream.close(constants.NGHTTP2_INTERNAL_ERROR)
}
