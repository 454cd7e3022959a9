import { decodePercent } from '@floodgate/go/url'
import type { ServerFilesSettings } from './settings.ts'

/** The path of a file. */
export interface FilePath {
  /** Below the prefix, decoded: `/logo.svg`; '' for the prefix itself. */
  readonly below: string
  /** As requested, decoded. */
  readonly whole: string
  /** With its question mark; '' = none. */
  readonly query: string
}

/**
 * Creates the function that tells which addresses are of files: those with the prefix, except those that begin as in
 * `skip`. It returns null for the others, and for an invalid escape. Addresses are decoded first, as on KrakenD.
 *
 * @param mounted prefix of the scope, in front of all paths
 */
export function createPathMatch (
  { prefix, skip = [] }: Pick<ServerFilesSettings, 'prefix' | 'skip'>,
  mounted = ''
): (url: string) => FilePath | null {
  const base = mounted.replace(/\/$/, '')
  const start = base + prefix.replace(/\/+$/, '')
  const skipped = skip.map((path) => base + path)

  return function match (url) {
    const at = url.indexOf('?')
    const path = at < 0 ? url : url.slice(0, at)
    const whole = path.includes('%') ? decodePercent(path) : path
    if (whole === null || !whole.startsWith(start)) return null
    const below = whole.slice(start.length)
    if (below !== '' && !below.startsWith('/')) return null
    if (skipped.some((path) => whole.startsWith(path))) return null
    return { below, whole, query: at < 0 ? '' : url.slice(at) }
  }
}
