import type { Place } from '@floodgate/core'
import type { CorsSettings } from './settings.ts'

const ORIGIN = /^(?:null|[a-z][a-z\d+.*-]*:\/\/[^/]+)$/i

/** Finds origins that no browser sends, and credentials that no browser uses. */
export function checkOrigins (
  { allow_origins: origins = [], allow_credentials: credentials = false }: CorsSettings,
  tell: (key: Place, message: string) => void
): void {
  if (origins.length === 0 || origins.includes('*')) {
    if (credentials) {
      tell(['allow_credentials'], 'has no effect in browsers if all origins are allowed: list the origins that may send credentials')
    }
    return
  }
  for (const [i, origin] of origins.entries()) {
    const doubt = checkOrigin(origin)
    if (doubt !== null) tell(['allow_origins', i], doubt)
  }
}

function checkOrigin (origin: string): string | null {
  // Only the first "*" matches any text.
  if (origin.indexOf('*') !== origin.lastIndexOf('*')) {
    return `the origin ${JSON.stringify(origin)} matches no browser's origin: use at most one "*"`
  }
  if (origin.startsWith('*') || ORIGIN.test(origin)) return null
  return `no browser sends the origin ${JSON.stringify(origin)}: write it like "https://app.example", without anything after the host and port`
}
