/** Seconds that a budget looks back. */
const window = 10

/** Allows repetitions as a share of the calls of the last 10 seconds, and one at least. */
export class RetryBudget {
  readonly #share: number
  readonly #clock: () => number
  readonly #calls = new Array<number>(window).fill(0)
  readonly #repeats = new Array<number>(window).fill(0)
  #second: number

  /** @param clock ms since any time; default: since the process started */
  constructor (share: number, clock: () => number = () => performance.now()) {
    this.#share = share
    this.#clock = clock
    this.#second = Math.floor(clock() / 1000)
  }

  /** Counts a call. */
  count (): void {
    this.#calls[this.#place()]!++
  }

  /** Takes one repetition from the budget; false = it is used up. */
  take (): boolean {
    const place = this.#place()
    if (this.#share === 0 || sum(this.#repeats) + 1 > Math.max(1, this.#share * sum(this.#calls))) return false
    this.#repeats[place]!++
    return true
  }

  /** The place of this second; what is older than the window is forgotten. */
  #place (): number {
    const second = Math.floor(this.#clock() / 1000)
    for (let past = Math.max(this.#second + 1, second - window + 1); past <= second; past++) {
      this.#calls[past % window] = this.#repeats[past % window] = 0
    }
    this.#second = second
    return second % window
  }
}

function sum (counts: readonly number[]): number {
  let total = 0
  for (const count of counts) total += count
  return total
}
