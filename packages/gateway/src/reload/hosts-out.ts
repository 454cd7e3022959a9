import type { ClientStatistics, OutCause } from '@floodgate/http-client'

/** A host that gets no requests from a process. */
export interface HostOut {
  readonly origin: string
  /** Of a name whose addresses are hosts of their own (`sd: dns-a`); null = what the name leads to. */
  readonly address: string | null
  /** Key of the client settings that it is called with, as in `stats()`. */
  readonly client: string
  /** Number of the worker; null = the process serves alone. */
  readonly worker: number | null
  readonly by: OutCause
  /** As ISO 8601. */
  readonly since: string
  /** When a trial request goes to it; null = a successful health check, or the operator, brings it back. */
  readonly until: string | null
  readonly reason: string
}

/** Lists the hosts that get no requests. */
export function listHostsOut (clients: readonly ClientStatistics[], worker: number | null): HostOut[] {
  return clients.flatMap(({ key: client, hosts }) => hosts.flatMap(({ origin, address, out }) =>
    out === null ? [] : [{ origin, address, client, worker, ...out }]))
}
