import type { Place } from '@floodgate/core'
import type { NamedCheck } from './ready-report.ts'

/** Checks that the gateway and its features come with; others are of features of the host's own. */
const builtIn = ['hosts', 'redis', 'certificates', 'jwks'] as const
const missing: Readonly<Record<string, string>> = {
  redis: 'nothing uses Redis in this configuration: remove it',
  jwks: 'no "auth/validator" has a jwk_url in this configuration: remove it'
}

/** Returns the checks that are asked for, and reports names that none has. */
export function chooseChecks (
  wanted: readonly string[],
  available: readonly NamedCheck[],
  place: Place,
  report: (place: Place, message: string) => void
): NamedCheck[] {
  wanted.forEach((name, i) => {
    if (available.some((check) => check.name === name)) return
    const known = [...new Set([...builtIn, ...available.map(({ name }) => name)])].map((name) => JSON.stringify(name)).join(', ')
    report([...place, i], missing[name] ?? `there is no check ${JSON.stringify(name)}: write some of ${known}`)
  })
  return available.filter(({ name }) => wanted.includes(name))
}
