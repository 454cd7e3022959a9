import { EventEmitter } from 'node:events'
import type { Server } from 'node:http'
import { passesReceiver, receives } from '../front/receive.ts'

/**
 * Creates what Fastify gets in place of a server that it does not own: nothing that it calls reaches the server, and no
 * listener that it adds stays there. The server's owner listens, passes requests to `app.routing`, and closes the server.
 */
export function createFacade (server: Server): Server {
  const facade = Object.assign(new EventEmitter(), {
    address: () => server.address(),
    close (done?: () => void) { done?.() }
  })
  if (receives(server)) passesReceiver(facade)
  return facade as unknown as Server
}
