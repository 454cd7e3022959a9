import { isIP } from 'node:net'
import type { Endpoint, Pause, Service } from '@floodgate/core'
import { createClientSettingsReader, type RootHostOptions } from './client-settings.ts'
import { describeValue, type ServiceKeys } from '@floodgate/settings'
import { milliseconds, readCacheTtl, readLimit, readTimeout } from './durations.ts'
import { readExtraConfig } from '../namespaces/extra-config.ts'
import { readHosts } from './hosts/read-hosts.ts'
import { checkRootWeights } from './hosts/read-weights.ts'
import type { Namespaces } from '../namespaces/namespaces.ts'
import { normaliseEndpoint } from './normalise-endpoint.ts'
import { checkVirtualHosts } from './check-virtual-hosts.ts'
import type { Report } from '../locate/problem.ts'
import { checkRouteConflicts } from './route-conflicts.ts'
import { routerSettings } from '@floodgate/router'
import { readServerTls } from './server-tls.ts'

export interface NormaliseContext {
  readonly namespaces: Namespaces
  /** Folder to which relative paths of files refer, like the reference's working directory. */
  readonly cwd: string
  readonly report: Report
  /** Called between endpoints. Default: all of it is one step. */
  readonly pause?: Pause | undefined
}

/**
 * Creates the model of a configuration, with all defaults and inherited values. Reports all problems; after an error
 * the model must not be used.
 */
export async function normalise (keys: ServiceKeys, context: NormaliseContext): Promise<Service> {
  const { report, cwd, namespaces, pause } = context
  const hosts = readHosts(keys.host ?? [], ['host'], { raw: false, sd: 'static' }, report)
  const extra = readExtraConfig(keys.extra_config, 'service', ['extra_config'], namespaces, report)
  const own = extra['floodgate'] as RootHostOptions | undefined
  const client = createClientSettingsReader(keys, own, cwd, report)
  const endpoints: Endpoint[] = []
  for (const [i, endpoint] of (keys.endpoints ?? []).entries()) {
    const context = { service: keys, hosts, weights: own?.weights, namespaces, client, report }
    const normal = endpoint === undefined ? null : normaliseEndpoint(endpoint, i, context)
    if (normal !== null) endpoints.push(normal)
    await pause?.()
  }
  checkRootWeights(own?.weights, endpoints, report)
  const router = routerSettings({ extra })
  checkRouteConflicts([
    ...(router.disable_health
      ? []
      : [{ method: 'GET', path: router.health_path.replace(/^(?!\/)/, '/'), place: ['extra_config', 'router', 'health_path'] }]),
    ...endpoints.map(({ method, path, place }) => ({ method, path, place: [...place, 'endpoint'] }))
  ], keys.disable_rest ?? false, report)
  checkVirtualHosts(extra, endpoints, report)
  reportUnsupportedKeys(keys, namespaces, report)
  readTimeout(keys.timeout ?? '0', ['timeout'], report)
  readCacheTtl(keys.cache_ttl ?? '0', ['cache_ttl'], report)
  const readTimeoutMs = readLimit(keys.read_timeout)
  const dnsCacheTtl = milliseconds(keys.dns_cache_ttl)
  if (keys.dns_cache_ttl !== undefined && dnsCacheTtl < 1000) {
    report(
      {
        severity: 'warning',
        code: 'no-effect',
        place: ['dns_cache_ttl'],
        value: keys.dns_cache_ttl,
        message: 'times below 1s are treated as the default, 30s, as on KrakenD',
        instead: 'write "1s" or more, or remove it'
      }
    )
  }
  return {
    name: keys.name ?? '',
    endpoints,
    extra,
    place: [],
    client: client(undefined, []),
    port: readPort(keys, report),
    listenIp: readListenIp(keys, report),
    tls: readServerTls(keys.tls, ['tls'], cwd, report),
    debugEndpoint: keys.debug_endpoint ?? false,
    echoEndpoint: keys.echo_endpoint ?? false,
    disableRest: keys.disable_rest ?? false,
    useH2c: (keys.use_h2c ?? false) || router.use_h2c,
    dnsCacheTtl: dnsCacheTtl < 1000 ? 30_000 : dnsCacheTtl,
    readTimeout: readTimeoutMs,
    // Go's http.Server: both fall back to the read timeout.
    readHeaderTimeout: readLimit(keys.read_header_timeout) || readTimeoutMs,
    writeTimeout: readLimit(keys.write_timeout),
    idleTimeout: readLimit(keys.idle_timeout) || readTimeoutMs,
    maxHeaderBytes: keys.max_header_bytes && keys.max_header_bytes > 0 ? keys.max_header_bytes : 1_048_576,
    maxShutdownWaitTime: readLimit(keys.max_shutdown_wait_time)
  }
}

function readPort ({ port = 0 }: ServiceKeys, report: Report): number {
  if (port < 0 || port > 65535) {
    report(
      {
        severity: 'error',
        code: 'out-of-range',
        place: ['port'],
        value: port,
        message: `${port} is not a valid port`,
        instead: 'use a number from 1 to 65535'
      }
    )
  }
  return port || 8080
}

function readListenIp ({ listen_ip: ip = '' }: ServiceKeys, report: Report): string {
  if (ip !== '' && isIP(ip) === 0) {
    report(
      {
        severity: 'error',
        code: 'invalid-value',
        place: ['listen_ip'],
        value: ip,
        message: `${describeValue(['listen_ip'], ip)} is not a valid IP address`,
        instead: ip === 'localhost' ? 'write "127.0.0.1" or "::1"' : 'remove it to listen on all addresses'
      }
    )
  }
  return ip
}

function reportUnsupportedKeys ({ async_agent: agents, plugin }: ServiceKeys, { unsupported }: Namespaces, report: Report): void {
  if (isSet(agents)) {
    unsupported.add(
      'async_agent',
      {
        code: 'unsupported-key',
        place: ['async_agent'],
        at: 'key',
        message: 'queue consumers are not implemented by this gateway: none would be started, and messages would stay in their queues',
        instead: 'run the consumers elsewhere, and remove them here'
      }
    )
  }
  if (isSet(plugin)) {
    report(
      {
        severity: 'warning',
        code: 'unsupported-key',
        place: ['plugin'],
        at: 'key',
        message: 'Go plugins are not supported: none is loaded',
        instead: 'remove it, or replace the plugins by settings; an app that embeds the gateway can pass features with the same function',
        strict: true
      }
    )
  }
}

function isSet (value: unknown): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0)
}
