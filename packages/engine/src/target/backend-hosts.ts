import type { Backend } from '@floodgate/core'
import type { Client, Clients, HostStatistics } from '@floodgate/http-client'
import { FG_ERR_GATEWAY_UNKNOWN_HOST } from '../errors.ts'
import { createHosts, type HostDirectories, type Hosts } from './hosts.ts'

/** A host of a backend that has several, or that is checked. */
export interface GatewayHost extends HostStatistics {
  /** Key of the client settings that it is called with, as in `stats()`: an origin may be called with several. */
  readonly client: string
}

/** The hosts of all backends of a configuration. The code that creates it closes it. */
export interface BackendHosts {
  /** How the host of each call of a backend is chosen; the same for each call of this function. */
  hostsFor (backend: Backend): Hosts
  /** Every host of backends that have several, or whose hosts are checked, and why it gets no requests, if so. */
  hosts (): GatewayHost[]
  /**
   * Takes a host out of this process until `restore`: `http://10.0.0.1:8080`, also as an address of a name with
   * `sd: dns-a`; the name is all its addresses. If all hosts of a backend are out, all are used.
   *
   * @param reason for the log and the statistics
   * @throws {FG_ERR_GATEWAY_UNKNOWN_HOST} no backend of several hosts has it
   */
  eject (host: string, reason?: string): void
  /**
   * Gives a host requests again, whatever took it out: `eject`, failures or health checks.
   *
   * @throws {FG_ERR_GATEWAY_UNKNOWN_HOST}
   */
  restore (host: string): void
  close (): void
}

/** Prepares the hosts of the backends of a configuration. */
export function createBackendHosts (
  clients: Pick<Clients, 'eject' | 'restore' | 'stats'>,
  clientFor: (backend: Backend) => Pick<Client, 'createGroup' | 'settings' | 'isProxied'>,
  directories: HostDirectories = {}
): BackendHosts {
  const prepared = new Map<Backend, Hosts>()
  const list = (): GatewayHost[] => clients.stats().flatMap(({ key, hosts }) => hosts.map((host) => ({ ...host, client: key })))
  const unknown = (host: string): Error =>
    new FG_ERR_GATEWAY_UNKNOWN_HOST(host, [...new Set(list().map(({ origin }) => origin))].join(', ') || 'none')
  return {
    hostsFor (backend) {
      let hosts = prepared.get(backend)
      if (hosts === undefined) prepared.set(backend, hosts = createHosts(backend, clientFor(backend), directories))
      return hosts
    },
    hosts: list,
    eject (host, reason = 'no reason was given') {
      if (!clients.eject(host, reason)) throw unknown(host)
    },
    restore (host) {
      if (!clients.restore(host)) throw unknown(host)
    },
    close () {
      for (const { group } of prepared.values()) group?.close()
    }
  }
}
