import { isIP } from 'node:net'
import type { Backend } from '@floodgate/core'
import { chooseByWeight, chooseInTurn, type Client, type Host, type HostGroup } from '@floodgate/http-client'
import { createBalancer, type Balance } from './balance.ts'
import type { Directories } from './directories.ts'
import { readHost } from './host.ts'

type GroupClient = Pick<Client, 'createGroup' | 'settings' | 'isProxied'>

/** Where names are looked up; without one, backends with service discovery have no hosts of it. */
export type HostDirectories = Partial<Pick<Directories, 'srv' | 'addresses'>>

/** How the host of each call of a backend is chosen. */
export interface Hosts {
  readonly balance: Balance
  /** The hosts that can take the place of each other: `hosts` of `dispatch`; null = there is nothing to choose or to repeat. */
  readonly group: HostGroup | null
}

/**
 * Prepares the choice among a backend's hosts. Several take turns, from a random start; those with weights, and those of
 * an SRV name (`sd: dns`), are chosen by weight. With `sd: dns-a` each address of a name is a host. As on the reference,
 * hosts that fail keep their turn unless `floodgate.eject` or `health` says otherwise; but a request that could not be
 * sent goes to another host.
 *
 * @param client of the backend's settings
 */
export function createHosts (backend: Backend, client: GroupClient, directories: HostDirectories = {}): Hosts {
  const group = createGroup(backend, client, directories)
  return { balance: createBalancer(backend, group), group }
}

function createGroup (
  { hosts, weights, sd, sdScheme }: Backend,
  client: GroupClient,
  { srv, addresses }: HostDirectories
): HostGroup | null {
  const name = hosts.join(' ')
  if (sd === 'dns' && hosts[0] !== undefined && srv !== undefined) {
    const service = srv.watch(hosts[0], sdScheme)
    return client.createGroup({ name, list: () => service.hosts, choose: chooseByWeight() })
  }
  const settled = hosts.map((text, i) => readHost(text, weights?.[i]))
  const choose = weights === undefined ? chooseInTurn() : chooseByWeight()
  if (settled.length === 0 || !settled.every(isSettled)) return null
  if (sd === 'dns-a' && addresses !== undefined) {
    return client.createGroup({ name, list: createAddressList(settled, client, addresses), choose })
  }
  const { retry, health } = client.settings.own ?? {}
  const isAlone = settled.length < 2 && retry === undefined && health === undefined
  return isAlone ? null : client.createGroup({ name, list: () => settled, choose })
}

/** Not one that takes values of the request. */
function isSettled (host: Host | null): host is Host {
  return host !== null && !/[{}]/.test(host.origin + host.base)
}

/**
 * Each address of a name is a host, with the weight of its name. Hosts that are addresses, or that a forward proxy looks
 * up, stay as they are.
 */
function createAddressList (
  hosts: readonly Host[],
  client: GroupClient,
  directory: NonNullable<HostDirectories['addresses']>
): () => readonly Host[] {
  const names = hosts.map((host) => {
    // With disable_host_sanitize it may be any text; then requests to it fail.
    const hostname = URL.canParse(host.origin) ? new URL(host.origin).hostname : ''
    const isName = hostname !== '' && isIP(hostname.replace(/^\[|\]$/g, '')) === 0 && !client.isProxied(host.origin)
    return { host, watched: isName ? directory.watch(hostname) : null, known: [] as readonly string[], members: isName ? [] : [host] }
  })
  let list = names.flatMap(({ members }) => members)
  return () => {
    let isChanged = false
    for (const name of names) {
      const { host, watched, known, members } = name
      if (watched === null || watched.addresses === known) continue
      isChanged = true
      name.known = watched.addresses
      // An address that stays is the same host.
      name.members = name.known.map((address) => members.find((one) => one.address === address) ?? { ...host, address })
    }
    if (isChanged) list = names.flatMap(({ members }) => members)
    return list
  }
}
