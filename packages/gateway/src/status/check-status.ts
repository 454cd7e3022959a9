import type { Place } from '@floodgate/core'
import type { StatusSettings } from './settings.ts'
import { readToken } from './token.ts'

/** Reports errors of `floodgate.status` that its schema cannot find: an address for all without a token, a token that is missing. */
export function checkStatus (settings: StatusSettings, env: NodeJS.ProcessEnv, report: (place: Place, message: string) => void): void {
  const read = readToken(settings, env)
  if ('problem' in read) report(['extra_config', 'floodgate', 'status', read.key], read.problem)
}
