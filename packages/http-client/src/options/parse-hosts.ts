import { parseDuration } from '@floodgate/go/duration'
import type { EjectSettings, HealthSettings, NoteProblem, OwnClientSettings, RetryCause, RetrySettings } from '@floodgate/settings'
import { type HostOptions, hostProperties } from './host-options.ts'
import type { Fitting } from './take-options.ts'

/** What is said about hosts and connections to them: for one backend, or at the root for all. Weights are the caller's to read. */
export interface HostSettings extends Pick<OwnClientSettings, 'failover' | 'eject' | 'retry' | 'health' | 'maxConnectionAge'> {
  readonly balance?: NonNullable<HostOptions['balance']>
}
type Taken = Fitting<HostOptions>

/** Hosts are not checked more often, in ms. */
const minInterval = 100
/** Connections may serve requests for so long at least, in ms. */
const minAge = 100

/**
 * Reads the keys about hosts that fail, whose shape is right.
 *
 * @param defaults of the root: each applies as a whole where its key is absent
 */
export function readHostOptions (options: Taken, note: NoteProblem, defaults: HostSettings = {}): HostSettings {
  const { failover = defaults.failover ?? true } = options
  const { balance = defaults.balance } = options
  const maxConnectionAge = options.max_connection_age === undefined
    ? defaults.maxConnectionAge
    : readAge(options.max_connection_age, note)
  const settings = {
    eject: options.eject === undefined ? defaults.eject : readEject(options.eject, note),
    retry: options.retry === undefined ? defaults.retry : readRetry(options.retry, note),
    health: options.health === undefined ? defaults.health : readHealth(options.health, note)
  }
  return {
    ...!failover && { failover: false },
    ...balance !== undefined && { balance },
    ...maxConnectionAge !== undefined && { maxConnectionAge },
    ...settings.eject !== undefined && { eject: settings.eject },
    ...settings.retry !== undefined && { retry: settings.retry },
    ...settings.health !== undefined && { health: settings.health }
  }
}

function readEject (options: NonNullable<Taken['eject']>, note: NoteProblem): EjectSettings | undefined {
  const { consecutive, max_percent: maxPercent, statuses } = hostProperties.eject.properties
  const eject = {
    consecutive: options.consecutive ?? consecutive.default,
    for: readTime(options.for, ['eject', 'for'], hostProperties.eject.properties.for.default, 1, note),
    maxPercent: options.max_percent ?? maxPercent.default,
    statuses: sorted(options.statuses ?? statuses.default)
  }
  return eject.maxPercent === 0 ? undefined : eject
}

function readRetry (options: NonNullable<Taken['retry']>, note: NoteProblem): RetrySettings | undefined {
  const { attempts, on, backoff, budget } = hostProperties.retry.properties
  const retry = {
    attempts: options.attempts ?? attempts.default,
    on: sorted<RetryCause>(options.on ?? on.default),
    backoff: readTime(options.backoff, ['retry', 'backoff'], backoff.default, 0, note),
    budget: options.budget ?? budget.default
  }
  return retry.attempts === 0 ? undefined : retry
}

function readHealth ({ path, status = [], ...options }: NonNullable<Taken['health']>, note: NoteProblem): HealthSettings | undefined {
  const { interval: { default: usual } } = hostProperties.health.properties
  const interval = parseDuration(options.interval ?? '') === 0
    ? 0
    : readTime(options.interval, ['health', 'interval'], usual, minInterval, note)
  return interval === 0 || path === undefined ? undefined : { path, interval, statuses: sorted([status].flat()) }
}

/** Reads the greatest age of a connection, in ms; 0 = none, in spite of the root's. */
function readAge (text: string, note: NoteProblem): number | undefined {
  const age = parseDuration(text)!
  if (age === 0 || age >= minAge) return age
  note(
    ['max_connection_age'],
    { code: 'out-of-range', value: text, message: `must not be shorter than ${minAge} ms`, instead: 'write a time such as "5m", or "0s" for no limit' }
  )
  return undefined
}

/** Reads a duration in ms of at least `least` ms. */
function readTime (text: string | undefined, path: readonly string[], usual: string, least: number, note: NoteProblem): number {
  const time = parseDuration(text ?? usual)!
  if (time >= least) return time
  note(path, { code: 'out-of-range', value: text, message: `must not be shorter than ${least} ms`, instead: `write "${usual}", which is the default` })
  return parseDuration(usual)!
}

function sorted <Item extends string | number> (items: readonly (Item | undefined)[]): Item[] {
  return [...new Set(items.filter((item) => item !== undefined))].sort() as Item[]
}
