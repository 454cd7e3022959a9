/** Counts a request of one key; false if the limit is exceeded. `now` is in ms. */
export type TakeRequest = (id: number, now: number) => boolean

interface Bucket { tokens: number, filledAt: number }

/** Creates a limit of requests per second for each key; one second's requests may come at once. */
export function createKeyRate (perSecond: number): TakeRequest {
  const capacity = Math.max(1, perSecond)
  const buckets = new Map<number, Bucket>()
  return function takeRequest (id, now) {
    let bucket = buckets.get(id)
    if (bucket === undefined) buckets.set(id, bucket = { tokens: capacity, filledAt: now })
    bucket.tokens = Math.min(capacity, bucket.tokens + (now - bucket.filledAt) / 1000 * perSecond)
    bucket.filledAt = now
    if (bucket.tokens < 1) return false
    bucket.tokens--
    return true
  }
}
