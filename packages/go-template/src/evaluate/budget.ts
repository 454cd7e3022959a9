import { LimitError } from '../errors.ts'

/** What an execution may use. */
export interface Limits {
  /** Templates within templates. Default 200. */
  readonly depth: number
  /** Bytes of the rendered text, and of any one text or list that a function makes. Default 32 MiB. */
  readonly outputBytes: number
  /** Wall-clock time of one execution. Default 10,000. */
  readonly milliseconds: number
}

export const defaultLimits: Limits = { depth: 200, outputBytes: 32 * 1024 * 1024, milliseconds: 10_000 }

/** Steps between two looks at the clock. */
const STEPS_PER_LOOK = 1024
/** What a list item costs, so that lists and texts share one limit. */
const BYTES_PER_ITEM = 8
/** How often over the output limit may be built up in texts and lists that one function call multiplies. */
const ALLOCATION_FACTOR = 16

/** Instructions × characters of one search with a regular expression: about three seconds at the worst. */
const MOST_SEARCH_WORK = 100_000_000

/** What one execution has used so far. */
export class Budget {
  readonly limits: Limits
  readonly #deadline: number
  #steps = 0
  #output = 0
  #allocated = 0

  constructor (limits: Limits) {
    this.limits = limits
    this.#deadline = performance.now() + limits.milliseconds
  }

  /**
   * Counts a step of work, or `count` of them; to be called in every loop.
   *
   * @throws {LimitError} when the time is over
   */
  step (count = 1): void {
    this.#steps += count
    if (this.#steps < STEPS_PER_LOOK) return
    this.#steps = 0
    if (performance.now() > this.#deadline) {
      throw new LimitError('FG_ERR_GO_TEMPLATE_TIME',
        `the template ran longer than ${this.limits.milliseconds} ms: look for an endless loop, or raise limits.milliseconds`)
    }
  }

  /**
   * Counts a search with a regular expression, given as instructions × characters; an own property, to be handed over.
   *
   * @throws {LimitError} when the time is over, or the search, which cannot be interrupted, could take some seconds
   */
  readonly search = (work: number): void => {
    if (work > MOST_SEARCH_WORK) {
      throw new LimitError(
        'FG_ERR_GO_TEMPLATE_TIME',
        'a regular expression is too large for a text of this length: search shorter texts, or write a shorter expression'
      )
    }
    this.step(1 + (work >> 5))
  }

  /**
   * Counts rendered text.
   *
   * @throws {LimitError} when it is too much
   */
  write (bytes: number): void {
    this.#output += bytes
    if (this.#output > this.limits.outputBytes) this.#tooMuch('the rendered text')
  }

  /**
   * Checks the size of a text while it is built; an own property, to be handed over.
   *
   * @throws {LimitError} when it is too long
   */
  readonly text = (length: number): void => {
    if (length > this.limits.outputBytes) this.#tooMuch('a text')
  }

  /**
   * Counts a text or list that a function makes out of little, such as `repeat` and `until`, before it is made.
   *
   * @throws {LimitError} when it is too much, alone or with those before it
   */
  allocate (bytes: number): void {
    this.text(bytes)
    this.#allocated += bytes
    if (this.#allocated > this.limits.outputBytes * ALLOCATION_FACTOR) this.#tooMuch('what functions built up')
    this.step(bytes >> 6)
  }

  /** Counts a list like `allocate`. */
  items (count: number): void {
    this.allocate(count * BYTES_PER_ITEM)
  }

  #tooMuch (what: string): never {
    throw new LimitError('FG_ERR_GO_TEMPLATE_OUTPUT',
      `${what} is larger than ${this.limits.outputBytes} bytes: render less, or raise limits.outputBytes`)
  }
}
