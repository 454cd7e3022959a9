// The upstream of the front's attacks: it answers with the token of the call, and counts what is still under way.
import http from 'node:http'
import { createOpenSockets } from './open-sockets.mjs'
import { tokensIn } from './tokens.mjs'

/**
 * Starts it on a free loopback port. The first segment of a path says how it answers: `json`, `xml`, `slow`, `big`,
 * `never`, `early` (before the body has come).
 */
export async function startEchoUpstream ({ onFault = () => {} } = {}) {
  const running = new Map() // response → token
  const sockets = createOpenSockets()
  let served = 0
  const server = http.createServer({ maxHeaderSize: 128 << 10, requestTimeout: 0, headersTimeout: 0 }, (request, response) => {
    const [, kind, text = ''] = request.url.split('/')
    const [found] = tokensIn(text)
    const token = found?.token ?? 'none'
    served++
    running.set(response, { token, number: found?.number, kind })
    response.on('close', () => { running.delete(response) })
    response.on('finish', () => { running.delete(response) })
    request.on('error', () => {})
    if (kind === 'early') return answer()
    if (request.headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined) answer()
    else request.resume().on('end', answer)

    function answer () {
      if (kind === 'slow') setTimeout(json, 15)
      else if (kind === 'big') response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(`${token}${'-'.repeat(200_000)}${token}`)
      else if (kind === 'xml') response.writeHead(200, { 'content-type': 'application/xml' }).end(`<r><token>${token}</token></r>`)
      else if (kind !== 'never') json()
    }

    function json () {
      response.writeHead(200, { 'content-type': 'application/json', 'x-token': token }).end(JSON.stringify({ [kind]: token, list: [1, 2, { token }] }))
    }
  })
  server.keepAliveTimeout = 60_000
  server.on('connection', (socket) => {
    sockets.add(socket, 'upstream')
    socket.on('error', () => {})
  })
  server.on('clientError', (err, socket) => {
    if (err.code?.startsWith('HPE') && err.code !== 'HPE_INVALID_EOF_STATE') onFault(`the gateway sent an upstream bytes that are not HTTP: ${err.code} ${JSON.stringify(err.rawPacket?.toString('latin1').slice(0, 400))}`)
    socket.destroy()
  })
  server.on('upgrade', (request, socket) => {
    onFault(`the gateway asked an upstream to upgrade: ${request.url}`)
    socket.destroy()
  })
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  return {
    port: server.address().port,
    sockets,
    running,
    get served () { return served },
    /** Calls under way of one case, without those that belong together (merge). */
    runningOf: (number) => new Set([...running.values()].filter((call) => call.number === number).map((call) => call.token)).size,
    close () {
      server.close()
      sockets.destroy()
    }
  }
}
