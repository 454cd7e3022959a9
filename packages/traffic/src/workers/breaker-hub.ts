import type { Workers } from '@floodgate/core'
import type { Claim, ClaimAnswer, FollowingBreaker, Report, Reports, Snapshot } from './breaker-messages.ts'

/** How long a request that may be the trial waits for the primary, in ms; then the worker decides alone. */
const CLAIM_PATIENCE = 1_000
/** How long a start waits for the state in the primary, in ms. */
const SETTLE_PATIENCE = 2_000

type Count = Extract<Report, [what: 'count', ...unknown[]]>

/**
 * A worker's connection to the breakers in the primary. One message at a time is on its way; what is reported meanwhile is
 * summed up, so that a primary that is busy gets few messages, however many requests fail.
 */
export class BreakerHub {
  readonly #workers: Workers
  readonly #topic: string
  readonly #leave: () => void
  readonly #known = new Map<number, FollowingBreaker>()
  #waiting: { readonly breaker: FollowingBreaker, readonly report: Report }[] = []
  /** The last counts that have not been sent: another outcome is added to them. */
  readonly #open = new Map<FollowingBreaker, Count>()
  #sending: Promise<void> | null = null
  /** The primary has not answered the last claim. */
  #isSilent = false

  constructor (workers: Workers, topic: string) {
    this.#workers = workers
    this.#topic = topic
    this.#leave = workers.subscribe(topic, (told: readonly Snapshot[]) => {
      for (const snapshot of told) this.#known.get(snapshot[0])?.learn(snapshot)
    })
  }

  /** The number of this worker. */
  get worker (): number { return this.#workers.id }

  /** Resolves when the primary has answered everything, or not for 2 s. */
  async settled (): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => { timer = setTimeout(resolve, SETTLE_PATIENCE) })
    await Promise.race([this.#sending, late])
    clearTimeout(timer)
  }

  /** Learns the state of a breaker, and of its changes from now on. */
  hold (breaker: FollowingBreaker): void {
    this.#post(breaker, ['hold', breaker.name, breaker.rule])
  }

  release (breaker: FollowingBreaker): void {
    this.#known.delete(breaker.id)
    this.#post(breaker, ['release', breaker.name])
  }

  /** Reports an outcome of a closed breaker's request. */
  count (breaker: FollowingBreaker, generation: number, started: number, isSuccess: boolean): void {
    let count = this.#open.get(breaker)
    if (count?.[2] !== generation || count[3] !== started) {
      count = ['count', breaker.id, generation, started, false, 0]
      if (!this.report(breaker, count)) return
      this.#open.set(breaker, count)
    }
    if (isSuccess) {
      count[4] = true
      count[5] = 0
    } else {
      count[5]++
    }
  }

  /** @returns false if the primary does not know the breaker yet: this worker has it alone */
  report (breaker: FollowingBreaker, report: Report): boolean {
    if (breaker.id === 0) return false
    this.#post(breaker, report)
    return true
  }

  /** Asks for the trial; null: the primary has not answered, or does not know the breaker. */
  async claim ({ id }: FollowingBreaker): Promise<ClaimAnswer> {
    if (id === 0) return null
    const asked = this.#workers.call<ClaimAnswer>(this.#topic, ['claim', id] satisfies Claim, CLAIM_PATIENCE).then((answer) => {
      this.#isSilent = false
      return answer
    }, () => {
      this.#isSilent = true
      return null
    })
    // Only the first request waits in vain for a primary that hangs.
    return this.#isSilent ? null : asked
  }

  close (): void { this.#leave() }

  #post (breaker: FollowingBreaker, report: Report): void {
    breaker.unheard++
    this.#waiting.push({ breaker, report })
    this.#sending ??= this.#send()
  }

  async #send (): Promise<void> {
    while (this.#waiting.length > 0) {
      // Whatever else this turn of the event loop brings.
      await new Promise(setImmediate)
      const sent = this.#waiting
      this.#waiting = []
      this.#open.clear()
      const { answers, isLate } = await this.#ask(sent.map(({ report }) => report))
      sent.forEach(({ breaker, report }, i) => {
        breaker.unheard--
        if (answers !== null) this.#hear(breaker, report, answers[i] ?? null)
        // Without an answer the breaker would stay this worker's alone.
        else if (isLate && report[0] === 'hold' && breaker.isWanted) this.hold(breaker)
      })
    }
    this.#sending = null
  }

  /** An answer that is late may still have counted. */
  async #ask (reports: readonly Report[]): Promise<{ answers: readonly (Snapshot | null)[] | null, isLate: boolean }> {
    try {
      return { answers: await this.#workers.call(this.#topic, ['reports', reports] satisfies Reports), isLate: false }
    } catch (error) {
      return { answers: null, isLate: (error as { code?: unknown }).code === 'FG_ERR_WORKERS_NO_ANSWER' }
    }
  }

  #hear (breaker: FollowingBreaker, report: Report, snapshot: Snapshot | null): void {
    if (snapshot === null) return
    if (report[0] === 'hold') this.#known.set(snapshot[0], breaker)
    breaker.learn(snapshot)
  }
}
