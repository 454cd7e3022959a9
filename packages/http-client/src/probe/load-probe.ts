import type { probeOrigin as probeNow } from './probe-origin.ts'

/**
 * Reaches one origin as a request would, and says why it fails: see `ProbeOptions`. Its code is loaded with the first
 * probe, because a start needs none of it.
 */
export async function probeOrigin (...parameters: Parameters<typeof probeNow>): ReturnType<typeof probeNow> {
  return await (await import('./probe-origin.ts')).probeOrigin(...parameters)
}
