import type { Backend } from '@floodgate/core'
import { describeProxy, readEnvironmentProxy } from '@floodgate/http-client'

/** How a backend's hosts are reached. Holds no credentials. */
export interface ProxyFacts {
  /** Of `proxy_address`; null = none. */
  readonly address: string | null
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
  return {
    address: client.proxy === null ? null : describeProxy(client.proxy),
    environment: hosts.map((host): EnvironmentFacts => {
      const url = readUrl(sd === 'dns' ? `${sdScheme}://${host}` : host)
      const variable = url === null ? null : nameVariable(env, url.protocol)
      if (url === null || variable === null) return { host, variable: null, address: null, exempt: null }
      if (client.proxy !== null) return { host, variable, address: null, exempt: 'proxy_address wins' }
      const name = url.hostname.replace(/^\[|\]$/g, '')
      const proxy = find(url.protocol as 'http:' | 'https:', name, Number(url.port) || (url.protocol === 'https:' ? 443 : 80))
      return { host, variable, address: proxy && describeProxy(proxy), exempt: proxy === null ? explainExemption(name, env) : null }
    })
  }
}

function nameVariable (env: NodeJS.ProcessEnv, protocol: string): string | null {
  const upper = protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY'
  if (upper === 'HTTP_PROXY' && env['REQUEST_METHOD']) return null
  return env[upper] ? upper : env[upper.toLowerCase()] ? upper.toLowerCase() : null
}

function explainExemption (host: string, env: NodeJS.ProcessEnv): string {
  if (host === 'localhost' || host === '::1' || /^127\./.test(host)) return 'never for loopback addresses'
  return env['NO_PROXY'] ? 'NO_PROXY' : env['no_proxy'] ? 'no_proxy' : 'its value is no usable address'
}

function readUrl (text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null
}
