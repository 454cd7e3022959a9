/** Limits how often tokens with unknown keys make a key set be fetched. */
export interface RefreshBudget {
  /** Takes one fetch of what is left; false = nothing is. `now` in ms. */
  take (now: number): boolean
}

const burst = 10
const perSecond = 1

/** Creates a budget of ten fetches that grows by one a second: rotations are seen at once, made-up ids cost little. */
export function createRefreshBudget (): RefreshBudget {
  let left = burst
  let filledAt = 0
  return {
    take (now) {
      left = Math.min(burst, left + (now - filledAt) / 1000 * perSecond)
      filledAt = now
      if (left < 1) return false
      left--
      return true
    }
  }
}
