import type { Client, Clients } from '@floodgate/http-client'

/**
 * Returns a view of a registry whose `close` gives back what was acquired through it: clients that others have acquired as
 * well keep their connections.
 */
export function borrowClients (clients: Clients): Clients {
  const taken: Client[] = []
  return {
    ...clients,
    acquire (settings) {
      const client = clients.acquire(settings)
      taken.push(client)
      return client
    },
    async release (client, options) {
      const at = taken.indexOf(client)
      if (at < 0) return
      taken.splice(at, 1)
      await clients.release(client, options)
    },
    async close (options) { await Promise.all(taken.splice(0).map((client) => clients.release(client, options))) }
  }
}
