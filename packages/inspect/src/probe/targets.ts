import { Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { LoadedConfig } from '@floodgate/config-loader'
import { requestValuesIn, type Backend, type Endpoint } from '@floodgate/core'
import { hashSettings, lookUpAddresses } from '@floodgate/http-client'
import { isProxied } from '../explain/proxy.ts'
import { backendFiles } from '../served-files.ts'
import { nameEndpoint } from '../explain/find-endpoints.ts'

const tries = 2

/** One set of settings and one origin, shared by any number of backends. */
export interface Target {
  /** `https://api:8443`; for a backend with `sd: dns`, an origin of its SRV name. */
  readonly origin: string
  /** One of the addresses of the origin's name (`sd: dns-a`); null = what the name leads to. */
  readonly address: string | null
  /** The first backend with this target, and its host. */
  readonly backend: Backend
  readonly host: string
  /** All of them: `GET /path #0`. */
  readonly names: readonly string[]
  /** The lookup of the name failed with this code, so that there is no origin; null if it did not fail. */
  readonly lookupError: string | null
}

export interface TargetOptions {
  readonly endpoints?: readonly Endpoint[] | undefined
  readonly timeout?: number | undefined
  readonly env?: NodeJS.ProcessEnv | undefined
}

/**
 * Lists the targets of all backends of endpoints: equal settings and origins are one. `timeout` is for each SRV lookup,
 * in ms.
 */
export async function listTargets (
  { model }: Pick<LoadedConfig, 'model'>,
  { endpoints = model.endpoints, timeout = 10_000, env = process.env }: TargetOptions = {}
): Promise<Target[]> {
  const backends = endpoints.flatMap(
    (endpoint) => endpoint.backends.map((backend) => ({ backend, name: `${nameEndpoint(endpoint)} #${backend.index}` }))
  )
  const found = await Promise.all(
    backends.map(async ({ backend, name }) => ({ backend, name, origins: await findOrigins(backend, timeout, env) }))
  )
  const targets = new Map<string, Target & { names: string[] }>()
  for (const { backend, name, origins } of found) {
    // Redirect settings do not affect the connection.
    const settings = hashSettings({ ...backend.client, followRedirects: false, sendBodyOnRedirect: false })
    for (const origin of origins) {
      const key = `${settings} ${origin.origin} ${origin.address ?? ''}`
      const known = targets.get(key)
      if (known === undefined) targets.set(key, { ...origin, backend, names: [name] })
      else if (!known.names.includes(name)) known.names.push(name)
    }
  }
  return [...targets.values()]
}

type Found = Pick<Target, 'origin' | 'address' | 'host' | 'lookupError'>

async function findOrigins (backend: Backend, timeout: number, env: NodeJS.ProcessEnv): Promise<Found[]> {
  const { hosts, sd, sdScheme } = backend
  // Its hosts are not called.
  if (backendFiles(backend) !== null) return []
  // A host that a request makes is known with the request only.
  if (sd !== 'dns') {
    const settled = hosts.filter((host) => requestValuesIn(host).length === 0)
    const found = settled.map(async (host): Promise<Found[]> => sd === 'dns-a' && URL.canParse(host) && !isProxied(backend, host, env)
      ? await findAddresses(host, timeout)
      : [{ origin: host, address: null, host, lookupError: null }])
    return (await Promise.all(found)).flat()
  }
  const [host] = hosts
  if (host === undefined) return []
  try {
    const records = await new Resolver({ timeout: timeout / tries, tries }).resolveSrv(host)
    return records.map(({ name, port }) => ({ origin: `${sdScheme}://${name.replace(/\.$/, '')}:${port}`, address: null, host, lookupError: null }))
  } catch (error) {
    return [{ origin: `${sdScheme}://${host}`, address: null, host, lookupError: (error as NodeJS.ErrnoException).code ?? 'ENOTFOUND' }]
  }
}

/** The addresses of a host's name, each to be reached by itself. */
async function findAddresses (host: string, timeout: number): Promise<Found[]> {
  const of = (address: string | null): Found => ({ origin: host, address, host, lookupError: null })
  const { hostname } = new URL(host)
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) return [of(null)]
  try {
    const { four, six } = await lookUpAddresses(hostname, new Resolver({ timeout: timeout / tries, tries }))
    return [...four ?? [], ...six ?? []].map(of)
  } catch (error) {
    return [{ ...of(null), lookupError: (error as NodeJS.ErrnoException).code ?? 'ENOTFOUND' }]
  }
}
