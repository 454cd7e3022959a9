import { setTimeout } from 'node:timers/promises'

/** How long a start waits for slow name servers, in ms. */
const MAX_FIRST_LOOKUP = 3000

/** Waits for the first lookups of names, but no longer than 3 s. They never reject. */
export async function waitForFirst (lookups: readonly Promise<void>[]): Promise<void> {
  if (lookups.length === 0) return
  const waited = new AbortController()
  const { signal } = waited
  const late = setTimeout(MAX_FIRST_LOOKUP, undefined, { signal }).catch(() => {})
  await Promise.race([Promise.all(lookups), late])
  waited.abort()
}
