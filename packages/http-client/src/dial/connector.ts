import type { Connector } from '../connections/client.ts'
import { ClientError } from '../call/client-error.ts'
import { Dial } from './dial.ts'
import type { GenerationSource } from '../call/begin-call.ts'

/**
 * Creates undici's `connect`. Its errors are those of dialling, none of which makes undici dial again by
 * itself; its connections are normal streams, and close with its client.
 */
export function createConnector (source: GenerationSource): Connector {
  return function connect ({ hostname, protocol, port }, callback) {
    const { generation } = source
    if (generation === null) {
      // undici does not expect an answer before it has returned.
      queueMicrotask(() => { callback(new ClientError('FG_ERR_HTTP_CLIENT_CLOSED', 'the client is closed: acquire a new one'), null) })
      return
    }
    const tls = protocol === 'https:'
    const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
    const address = { protocol: tls ? 'https:' as const : 'http:' as const, host, port: Number(port) || (tls ? 443 : 80) }
    const through = generation.findProxy(address)
    const dial = new Dial(
      { host, port: address.port, tls, through, isProxy: false, isBeyond: false, servername: null, isForeign: true },
      generation.context
    )
    dial.open().then((socket) => { callback(null, socket) }, (error: Error) => { callback(error, null) })
  }
}
