import type { OwnClientSettings } from '@floodgate/settings'
import type { HostOptions } from './host-options.ts'
import type { Fitting } from './take-options.ts'

/** What is said about hosts that fail: for one backend, or at the root for all. */
export type HostSettings = Pick<OwnClientSettings, 'failover'>

/**
 * Reads the keys about hosts that fail, whose shape is right.
 *
 * @param defaults of the root: they apply to keys that are absent
 */
export function readHostOptions (options: Fitting<HostOptions>, defaults: HostSettings = {}): HostSettings {
  const { failover = defaults.failover ?? true } = options
  return {
    ...!failover && { failover: false }
  }
}
