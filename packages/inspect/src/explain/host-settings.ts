import { writeMilliseconds } from '@floodgate/go/duration'
import type { OwnClientSettings } from '@floodgate/settings'
import type { Setting } from './setting.ts'

/** What is shown about an option of `floodgate` in `backend/http/client`. */
export interface ShownOption {
  /** Reads a value that is shown differently from the client's; undefined = it is not in effect. */
  readonly read?: (own: OwnClientSettings) => Setting['value'] | undefined
  readonly note?: string
}

/** The options about hosts that fail. */
export const shownOfHosts: Readonly<Record<string, ShownOption>> = {
  balance: { note: 'the default with max_connections' },
  failover: { note: 'a host that cannot be reached fails the request' },
  'eject.consecutive': { note: 'failures in a row' },
  'eject.for': {
    read: ({ eject }) => eject && writeMilliseconds(eject.for),
    note: 'longer each time, 5m at most; then one trial request'
  },
  'eject.max_percent': { note: 'of the hosts of a backend' },
  'eject.statuses': { note: 'beside calls without an answer' },
  'retry.on': { note: 'only of idempotent requests, unless nothing was sent' },
  'retry.backoff': { read: ({ retry }) => retry && writeMilliseconds(retry.backoff), note: 'twice as long each time' },
  'retry.budget': { note: 'of the calls of the last 10 s' },
  'health.path': { note: 'two failures in a row take a host out' },
  'health.interval': { read: ({ health }) => health && writeMilliseconds(health.interval) },
  'health.status': { read: ({ health }) => health?.statuses.length === 0 ? '200 to 299' : health?.statuses }
}
