import { Resolver } from 'node:dns/promises'
import type { LoadedConfig } from '@floodgate/config-loader'
import { requestValuesIn, type Backend, type Endpoint } from '@floodgate/core'
import { hashSettings } from '@floodgate/http-client'
import { backendFiles } from '../served-files.ts'
import { nameEndpoint } from '../explain/find-endpoints.ts'

const tries = 2

/** One set of settings and one origin, shared by any number of backends. */
export interface Target {
  /** `https://api:8443`; for a backend with `sd: dns`, an origin of its SRV name. */
  readonly origin: string
  /** The first backend with this target, and its host. */
  readonly backend: Backend
  readonly host: string
  /** All of them: `GET /path #0`. */
  readonly names: readonly string[]
  /** The lookup of the SRV name failed with this code, so that there is no origin; null if it did not fail. */
  readonly lookupError: string | null
}

/**
 * Lists the targets of all backends of endpoints: equal settings and origins are one. `timeout` is for each SRV lookup,
 * in ms.
 */
export async function listTargets (
  { model }: Pick<LoadedConfig, 'model'>,
  { endpoints = model.endpoints, timeout = 10_000 }: { endpoints?: readonly Endpoint[] | undefined, timeout?: number | undefined }
): Promise<Target[]> {
  const backends = endpoints.flatMap(
    (endpoint) => endpoint.backends.map((backend) => ({ backend, name: `${nameEndpoint(endpoint)} #${backend.index}` }))
  )
  const found = await Promise.all(
    backends.map(async ({ backend, name }) => ({ backend, name, origins: await findOrigins(backend, timeout) }))
  )
  const targets = new Map<string, Target & { names: string[] }>()
  for (const { backend, name, origins } of found) {
    // Redirect settings do not affect the connection.
    const settings = hashSettings({ ...backend.client, followRedirects: false, sendBodyOnRedirect: false })
    for (const origin of origins) {
      const key = `${settings} ${origin.origin}`
      const known = targets.get(key)
      if (known === undefined) targets.set(key, { ...origin, backend, names: [name] })
      else if (!known.names.includes(name)) known.names.push(name)
    }
  }
  return [...targets.values()]
}

async function findOrigins (backend: Backend, timeout: number): Promise<Pick<Target, 'origin' | 'host' | 'lookupError'>[]> {
  const { hosts, sd, sdScheme } = backend
  // Its hosts are not called.
  if (backendFiles(backend) !== null) return []
  // A host that a request makes is known with the request only.
  if (sd !== 'dns') {
    return hosts.filter((host) => requestValuesIn(host).length === 0).map((host) => ({ origin: host, host, lookupError: null }))
  }
  const [host] = hosts
  if (host === undefined) return []
  try {
    const records = await new Resolver({ timeout: timeout / tries, tries }).resolveSrv(host)
    return records.map(({ name, port }) => ({ origin: `${sdScheme}://${name.replace(/\.$/, '')}:${port}`, host, lookupError: null }))
  } catch (error) {
    return [{ origin: `${sdScheme}://${host}`, host, lookupError: (error as NodeJS.ErrnoException).code ?? 'ENOTFOUND' }]
  }
}
