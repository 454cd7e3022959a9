import type { Place } from '@floodgate/core'
import type { NamedCheck } from './ready-report.ts'

/** Built-in checks; others come from features of the host app. */
const builtIn = ['hosts', 'redis', 'certificates', 'jwks'] as const
const missing: Readonly<Record<string, string>> = {
  redis: 'nothing uses Redis in this configuration: remove it',
  jwks: 'no "auth/validator" has a jwk_url in this configuration: remove it'
}

/** Returns the configured checks, and reports names that no check has. */
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
