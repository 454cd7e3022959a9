import { HealthSettings } from './settings.ts'

/** `live`: the process runs; `ready`: it should get requests. */
export type Probe = 'live' | 'ready'

export function probePaths (settings: HealthSettings): Readonly<Record<Probe, string>> {
  const { live_path: live, ready_path: ready } = HealthSettings.properties
  return { live: settings.live_path ?? live.default, ready: settings.ready_path ?? ready.default }
}
