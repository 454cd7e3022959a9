import type { Place } from '@floodgate/core'
import type { StatusSettings } from './settings.ts'
import { readToken } from './token.ts'

/**
 * Reports errors of `floodgate.status` that its schema does not find: an address that other machines can reach without a token, a
 * token that cannot be read.
 */
export function checkStatus (settings: StatusSettings, env: NodeJS.ProcessEnv, report: (place: Place, message: string) => void): void {
  const read = readToken(settings, env)
  if ('problem' in read) report(['extra_config', 'floodgate', 'status', read.key], read.problem)
}
