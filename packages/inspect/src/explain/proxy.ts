import type { Backend } from '@floodgate/core'
import { createNoProxy, describeProxy, nameProxyVariable, readEnvironmentProxy } from '@floodgate/http-client'

/** How a backend's hosts are reached. Contains no credentials. */
export interface ProxyFacts {
  /** Of `proxy_address`; null = none. */
  readonly address: string | null
  /** Hosts that bypass it because of the backend's `no_proxy`. */
  readonly direct: readonly string[]
  /** The effect of the environment on each host. */
  readonly environment: readonly EnvironmentFacts[]
}

export interface EnvironmentFacts {
  readonly host: string
  /** The variable with a proxy for this protocol; null if there is none. */
  readonly variable: string | null
  /** The proxy of this host; null = direct connection. */
  readonly address: string | null
  /** Why the variable is ignored; null if it is used or there is none. */
  readonly exempt: string | null
}

/** Returns the forward proxies of a backend: `proxy_address` takes precedence, then HTTP_PROXY, HTTPS_PROXY and NO_PROXY. */
export function explainProxy (
  { client, hosts, sd, sdScheme }: Pick<Backend, 'client' | 'hosts' | 'sd' | 'sdScheme'>,
  env: NodeJS.ProcessEnv
): ProxyFacts {
  const find = readEnvironmentProxy(env)
  const isDirect = client.own?.noProxy === undefined ? () => false : createNoProxy(client.own.noProxy)
  return {
    address: client.proxy === null ? null : describeProxy(client.proxy),
    direct: client.proxy === null
      ? []
      : hosts.filter(
        (host) => { const address = readAddress(host, sd, sdScheme); return address !== null && isDirect(address.name, address.port) }
      ),
    environment: hosts.map((host): EnvironmentFacts => {
      const address = readAddress(host, sd, sdScheme)
      const variable = address === null ? null : nameProxyVariable(env, address.protocol)
      if (address === null || variable === null) return { host, variable: null, address: null, exempt: null }
      if (client.proxy !== null) return { host, variable, address: null, exempt: 'proxy_address takes precedence' }
      const { protocol, name, port } = address
      if (isDirect(name, port)) return { host, variable, address: null, exempt: 'no_proxy of the backend' }
      const proxy = find(protocol, name, port)
      return { host, variable, address: proxy && describeProxy(proxy), exempt: proxy === null ? explainExemption(name, env) : null }
    })
  }
}

function explainExemption (host: string, env: NodeJS.ProcessEnv): string {
  if (host === 'localhost' || host === '::1' || /^127\./.test(host)) return 'never used for loopback addresses'
  return env['NO_PROXY'] ? 'NO_PROXY' : env['no_proxy'] ? 'no_proxy' : 'its value is not a valid address'
}

function readAddress (host: string, sd: Backend['sd'], sdScheme: string): {
  protocol: 'http:' | 'https:'
  name: string
  port: number
} | null {
  const text = sd === 'dns' ? `${sdScheme}://${host}` : host
  if (!URL.canParse(text)) return null
  const { protocol, hostname, port } = new URL(text)
  return {
    protocol: protocol as 'http:' | 'https:',
    name: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (protocol === 'https:' ? 443 : 80)
  }
}

/** Returns whether a forward proxy is used for one host of a backend: then it looks the name up. */
export function isProxied (backend: Pick<Backend, 'client' | 'hosts' | 'sd' | 'sdScheme'>, host: string, env: NodeJS.ProcessEnv): boolean {
  const { address, direct, environment } = explainProxy({ ...backend, hosts: [host] }, env)
  return address === null ? environment.some((facts) => facts.address !== null) : !direct.includes(host)
}
