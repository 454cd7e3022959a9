import { writeAddress } from '../dial/connect-tcp.ts'
import type { CertificateStatistics } from '@floodgate/tls'
import type { ConnectionCounters, Pool } from './pool.ts'
import type { RotationStatistics } from '@floodgate/tls'
import type { HostStatistics } from '../hosts/client-hosts.ts'
import type { OriginCounters } from './upstream.ts'

/** Counters of one origin, since its first request. */
export interface OriginStatistics extends Readonly<OriginCounters> {
  readonly origin: string
}

/** The connections to one destination since the first one: to an origin, or to a proxy that takes requests to any. */
export interface PoolStatistics extends Readonly<ConnectionCounters> {
  /** Where they end. */
  readonly destination: string
  /** Address of a name whose addresses are hosts of their own; null = what the name leads to. */
  readonly address: string | null
  /** Address of the proxy that they go through, or end at; null = none. */
  readonly proxy: string | null
  /** Open ones that wait for a request. */
  readonly idle: number
}

export interface ClientStatistics {
  readonly key: string
  /** Calls that run now, those of replaced generations included. */
  readonly calls: number
  readonly origins: readonly OriginStatistics[]
  /** The hosts of groups. */
  readonly hosts: readonly HostStatistics[]
  readonly pools: readonly PoolStatistics[]
  readonly rotation: RotationStatistics
  /** When the certificates in use expire, and those of peers. */
  readonly certificates: readonly CertificateStatistics[]
}

/** Counters of a pool, and how many of its connections are idle: what can be summed up. */
export type PoolCounters = ConnectionCounters & { idle: number }

/** Returns the key of a pool: its destination, its proxy, its address. */
export function namePool ({ destination, origin }: Pool): string {
  const { isProxy, through, address } = destination
  const proxy = through === null ? '' : `${through.protocol}://${writeAddress(through.host, through.port)}`
  return `${origin} ${isProxy ? origin : proxy} ${address ?? ''}`
}

export function countPool ({ counters, idle }: Pool): PoolCounters {
  return { idle, ...counters }
}

export function describePool ([name, counters]: readonly [name: string, counters: PoolCounters]): PoolStatistics {
  const [destination = '', proxy = '', address = ''] = name.split(' ')
  return { destination, address: address === '' ? null : address, proxy: proxy === '' ? null : proxy, ...counters }
}
