/** A distribution that was collected: count and kept values, of one process or of several. */
export interface SampleData {
  readonly count: number
  readonly values: readonly number[]
}

/** The figures of a distribution, by the suffix of their names. */
export type Distribution = Readonly<Record<
  'count' | 'max' | 'mean' | 'min' | 'std-dev' | '50-percentile' | '75-percentile' | '95-percentile' | '99-percentile' | '999-percentile',
  number
>>

/** Values that a distribution keeps: the size that the reference uses. */
const size = 1028

/** A random sample of the values since `clear`, each with the same chance (Vitter, "Random Sampling with a Reservoir", algorithm R). */
export class Sample {
  #count = 0
  readonly #values: number[] = []

  add (value: number): void {
    this.#count++
    if (this.#values.length < size) this.#values.push(value)
    else {
      const at = Math.floor(Math.random() * this.#count)
      if (at < size) this.#values[at] = value
    }
  }

  clear (): void {
    this.#count = 0
    this.#values.length = 0
  }

  read (): SampleData {
    return { count: this.#count, values: [...this.#values] }
  }
}

/** Describes values; without any, all figures are 0. */
export function describeSample ({ count, values }: SampleData): Distribution {
  const sorted = [...values].sort((a, b) => a - b)
  const mean = sorted.length === 0 ? 0 : sorted.reduce((sum, value) => sum + value, 0) / sorted.length
  const variance = sorted.length === 0 ? 0 : sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / sorted.length
  return {
    count,
    max: sorted.at(-1) ?? 0,
    mean,
    min: sorted[0] ?? 0,
    'std-dev': Math.sqrt(variance),
    '50-percentile': percentile(sorted, 0.5),
    '75-percentile': percentile(sorted, 0.75),
    '95-percentile': percentile(sorted, 0.95),
    '99-percentile': percentile(sorted, 0.99),
    '999-percentile': percentile(sorted, 0.999)
  }
}

/** Between two values in proportion, where the reference's library does so. */
function percentile (sorted: readonly number[], share: number): number {
  if (sorted.length === 0) return 0
  const position = share * (sorted.length + 1)
  if (position < 1) return sorted[0]!
  if (position >= sorted.length) return sorted.at(-1)!
  const [lower, upper] = [sorted[Math.floor(position) - 1]!, sorted[Math.floor(position)]!]
  return lower + (position - Math.floor(position)) * (upper - lower)
}
