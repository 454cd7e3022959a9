import { spawnSync } from 'node:child_process'

/**
 * Why a program cannot be used here; null when it can. Throws instead where FLOODGATE_REQUIRE_PROGRAMS is set.
 *
 * @param how what to do to get it
 */
export function missingProgram (name: string, how: string): string | null {
  if (spawnSync(name, ['--version']).error === undefined) return null
  const reason = `${name} is not installed: ${how}`
  if (process.env['FLOODGATE_REQUIRE_PROGRAMS']) throw new Error(reason)
  return reason
}
