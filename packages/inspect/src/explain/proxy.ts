import type { Backend } from '@floodgate/core'
import { createNoProxy, describeProxy, nameProxyVariable, readEnvironmentProxy } from '@floodgate/http-client'

/** How a backend's hosts are reached. Holds no credentials. */
export interface ProxyFacts {
  /** Of `proxy_address`; null = none. */
  readonly address: string | null
  /** Hosts that `no_proxy` of the backend leads past it. */
  readonly direct: readonly string[]
  /** What the environment says about each host. */
  readonly environment: readonly EnvironmentFacts[]
}

export interface EnvironmentFacts {
  readonly host: string
  /** The variable that names a proxy for this protocol; null = none does. */
  readonly variable: string | null
  /** The proxy this host is reached through; null = directly. */
  readonly address: string | null
  /** Why the variable does not count; null where it does, or there is none. */
  readonly exempt: string | null
}

/** Tells the forward proxies of a backend: `proxy_address` wins, then HTTP_PROXY, HTTPS_PROXY and NO_PROXY. */
export function explainProxy ({ client, hosts, sd, sdScheme }: Pick<Backend, 'client' | 'hosts' | 'sd' | 'sdScheme'>, env: NodeJS.ProcessEnv): ProxyFacts {
  const find = readEnvironmentProxy(env)
  const isDirect = client.own?.noProxy === undefined ? () => false : createNoProxy(client.own.noProxy)
  return {
    address: client.proxy === null ? null : describeProxy(client.proxy),
    direct: client.proxy === null ? [] : hosts.filter((host) => { const address = readAddress(host, sd, sdScheme); return address !== null && isDirect(address.name, address.port) }),
    environment: hosts.map((host): EnvironmentFacts => {
      const address = readAddress(host, sd, sdScheme)
      const variable = address === null ? null : nameProxyVariable(env, address.protocol)
      if (address === null || variable === null) return { host, variable: null, address: null, exempt: null }
      if (client.proxy !== null) return { host, variable, address: null, exempt: 'proxy_address wins' }
      const { protocol, name, port } = address
      if (isDirect(name, port)) return { host, variable, address: null, exempt: 'no_proxy of the backend' }
      const proxy = find(protocol, name, port)
      return { host, variable, address: proxy && describeProxy(proxy), exempt: proxy === null ? explainExemption(name, env) : null }
    })
  }
}

function explainExemption (host: string, env: NodeJS.ProcessEnv): string {
  if (host === 'localhost' || host === '::1' || /^127\./.test(host)) return 'never for loopback addresses'
  return env['NO_PROXY'] ? 'NO_PROXY' : env['no_proxy'] ? 'no_proxy' : 'its value is no usable address'
}

function readAddress (host: string, sd: Backend['sd'], sdScheme: string): { protocol: 'http:' | 'https:', name: string, port: number } | null {
  const text = sd === 'dns' ? `${sdScheme}://${host}` : host
  if (!URL.canParse(text)) return null
  const { protocol, hostname, port } = new URL(text)
  return { protocol: protocol as 'http:' | 'https:', name: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (protocol === 'https:' ? 443 : 80) }
}
