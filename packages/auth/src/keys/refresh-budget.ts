/** Limits how often tokens with unknown keys cause a key set to be fetched. */
export interface RefreshBudget {
  /** Takes one fetch from the budget; false if none is left. `now` is in ms. */
  take (now: number): boolean
}

const burst = 10
const perSecond = 1

/**
 * Creates a budget of ten fetches that grows by one per second: a rotation is noticed at once, and invented ids cost
 * little.
 */
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
