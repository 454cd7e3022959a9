import type { Place } from '@floodgate/core'
import { parseDuration, timerTime } from '@floodgate/go/duration'
import { parseClientTls } from '@floodgate/http-client'
import { createTls } from '@floodgate/tls'
import type { ClusterOptions, RedisOptions } from 'iovalkey'
import type { RedisCluster, RedisPool } from './settings.ts'

/** Timeout of a decision, in ms; after that Redis counts as unavailable. */
export const DECISION_TIMEOUT = 300
/** Limit for every step of connecting, in ms: a server that is available again is found within two seconds. */
const LONGEST_WAIT = 1000

interface Address { host: string, port: number }

/**
 * Reads `host:port`, `[::1]:6379` or a host alone.
 *
 * @throws {Error} it is none of these
 */
export function readAddress (text: string): Address {
  const [, v6, name, digits = '6379'] = /^(?:\[([^\]]+)\]|([^:/@\s]+))(?::(\d{1,5}))?$/.exec(text.replace(/^rediss?:\/\//, '')) ?? []
  const host = v6 ?? name
  const port = Number(digits)
  if (host === undefined || port < 1 || port > 65_535) {
    throw new Error(`${JSON.stringify(text)} is not a valid address: write it as "host:6379"`)
  }
  return { host, port }
}

/**
 * Finds what is wrong with the addresses and the `tls` of a connection.
 *
 * @param addresses with their paths in the connection's settings
 */
export function checkConnection (
  addresses: readonly (readonly [path: Place, text: string])[],
  tls: object | undefined
): { path: Place, message: string }[] {
  const wrong = addresses.flatMap(([path, text]) => {
    try {
      readAddress(text)
      return []
    } catch (error) {
      return [{ path, message: (error as Error).message }]
    }
  })
  return tls === undefined
    ? wrong
    : [...wrong, ...parseClientTls(tls).problems.map(({ path, message }) => ({ path: ['tls', ...path], message }))]
}

/**
 * Converts a pool's settings to the library's options.
 *
 * @throws {Error} what is wrong with its address or `tls`
 */
export function poolOptions (pool: RedisPool): RedisOptions {
  const address = readAddress(pool.address)
  return { ...connectionOptions(pool, address.host), ...address, db: pool.db ?? 0, retryStrategy: backoffOf(pool) }
}

/**
 * Converts a cluster's settings to the library's options.
 *
 * @throws {Error} what is wrong with its addresses or `tls`
 */
export function clusterOptions (cluster: RedisCluster): ClusterOptions {
  return {
    enableOfflineQueue: false,
    clusterRetryStrategy: backoffOf(cluster),
    maxRedirections: cluster.max_redirects ?? 3,
    slotsRefreshTimeout: LONGEST_WAIT,
    redisOptions: connectionOptions(cluster, readAddress(cluster.addresses[0]!).host)
  }
}

function connectionOptions (settings: RedisPool | RedisCluster, host: string): RedisOptions {
  return {
    ...(settings.client_name && { connectionName: settings.client_name }),
    ...(settings.user_name && { username: settings.user_name }),
    ...(settings.password && { password: settings.password }),
    ...(settings.tls && { tls: tlsOptions(settings.tls, host) }),
    connectTimeout: Math.min(millisecondsOf(settings.dial_timeout, 5000) || LONGEST_WAIT, LONGEST_WAIT),
    // For those of connecting; decisions have their own timeout.
    commandTimeout: LONGEST_WAIT,
    // A decision is only valid now: commands are neither queued nor repeated on the next connection.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    keepAlive: 10_000
  }
}

function tlsOptions (raw: object, host: string) {
  const { tls, problems } = parseClientTls(raw)
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('; '))
  return createTls(tls).connectOptions(host)
}

function backoffOf ({ min_retry_backoff: shortest, max_retry_backoff: longest }: RedisPool | RedisCluster): (attempt: number) => number {
  const first = Math.max(1, millisecondsOf(shortest, 8))
  const last = Math.min(LONGEST_WAIT, Math.max(first, millisecondsOf(longest, 512)))
  return (attempt) => Math.min(last, first * 2 ** Math.min(attempt, 20))
}

function millisecondsOf (text: string | undefined, otherwise: number): number {
  return timerTime((text === undefined ? null : parseDuration(text)) ?? otherwise)
}
