import type { Backend } from '@floodgate/core'
import { chooseByWeight, chooseInTurn, type Client, type Host, type HostGroup } from '@floodgate/http-client'
import { createBalancer, type Balance } from './balance.ts'
import { readHost } from './host.ts'
import type { SrvDirectory } from './srv-directory.ts'

type GroupClient = Pick<Client, 'createGroup' | 'settings'>

/** How the host of each call of a backend is chosen. */
export interface Hosts {
  readonly balance: Balance
  /** The hosts that can take the place of each other: `hosts` of `dispatch`; null = there is nothing to choose or to repeat. */
  readonly group: HostGroup | null
}

/**
 * Prepares the choice among a backend's hosts. Several take turns, from a random start; those with weights, and those of
 * an SRV name (`sd: dns`), are chosen by weight. As on the reference, hosts that fail keep their turn unless
 * `floodgate.eject` or `health` says otherwise; but a request that could not be sent goes to another host.
 *
 * @param client of the backend's settings
 * @param directory for `sd: dns`; may be omitted if no backend has it
 */
export function createHosts (backend: Backend, client: GroupClient, directory?: SrvDirectory): Hosts {
  const group = createGroup(backend, client, directory)
  return { balance: createBalancer(backend, group), group }
}

function createGroup ({ hosts, weights, sd, sdScheme }: Backend, client: GroupClient, directory?: SrvDirectory): HostGroup | null {
  if (sd === 'dns' && hosts[0] !== undefined && directory !== undefined) {
    const service = directory.watch(hosts[0], sdScheme)
    return client.createGroup({ list: () => service.hosts, choose: chooseByWeight() })
  }
  const settled = hosts.map((text, i) => readHost(text, weights?.[i]))
  const { retry, health } = client.settings.own ?? {}
  const isAlone = settled.length < 2 && retry === undefined && health === undefined
  if (settled.length === 0 || isAlone || !settled.every(isSettled)) return null
  return client.createGroup({ list: () => settled, choose: weights === undefined ? chooseInTurn() : chooseByWeight() })
}

/** Not one that takes values of the request. */
function isSettled (host: Host | null): host is Host {
  return host !== null && !/[{}]/.test(host.origin + host.base)
}
