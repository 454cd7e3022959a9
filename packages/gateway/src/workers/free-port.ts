import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'

/** Finds a free port for all workers and their replacements. */
export async function freePort (host: string): Promise<number> {
  const probe = createServer().listen(0, host === '' ? undefined : host)
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  await once(probe.close(), 'close')
  return port
}
