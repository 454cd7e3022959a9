import { describeSample, Sample, type SampleData } from './sample.ts'

/** What a process has counted, as plain data. */
export interface StatsData {
  readonly numbers: readonly (readonly [name: string, value: number])[]
  readonly samples: readonly (readonly [name: string, data: SampleData])[]
}

/** A number that a process counts or sets. */
export interface StatsNumber {
  value: number
}

/** Numbers and distributions by name. Names come from the configuration and from statuses, so that there are not many. */
export class StatsRegistry {
  readonly #numbers = new Map<string, StatsNumber>()
  readonly #samples = new Map<string, Sample>()

  /** Returns the number of a name, which begins with 0. */
  number (name: string): StatsNumber {
    let number = this.#numbers.get(name)
    if (number === undefined) this.#numbers.set(name, number = { value: 0 })
    return number
  }

  sample (name: string): Sample {
    let sample = this.#samples.get(name)
    if (sample === undefined) this.#samples.set(name, sample = new Sample())
    return sample
  }

  /** Empties all distributions. */
  clearSamples (): void {
    for (const sample of this.#samples.values()) sample.clear()
  }

  /** Drops what is not wanted any more: a name that comes back begins with 0. */
  prune (isWanted: (name: string) => boolean): void {
    for (const named of [this.#numbers, this.#samples]) {
      for (const name of named.keys()) if (!isWanted(name)) named.delete(name)
    }
  }

  read (): StatsData {
    return {
      numbers: [...this.#numbers].map(([name, { value }]) => [name, value]),
      samples: [...this.#samples].map(([name, sample]) => [name, sample.read()])
    }
  }
}

/** Adds up what processes have counted, and writes the distributions' figures beside the numbers, in order of their names. */
export function writeStats (parts: readonly StatsData[]): Record<string, number> {
  const numbers = new Map<string, number>()
  const samples = new Map<string, SampleData>()
  for (const part of parts) {
    for (const [name, value] of part.numbers) numbers.set(name, (numbers.get(name) ?? 0) + value)
    for (const [name, { count, values }] of part.samples) {
      const before = samples.get(name)
      samples.set(name, { count: (before?.count ?? 0) + count, values: [...before?.values ?? [], ...values] })
    }
  }
  for (const [name, data] of samples) {
    for (const [suffix, value] of Object.entries(describeSample(data))) numbers.set(`${name}.${suffix}`, value)
  }
  return Object.fromEntries([...numbers].sort(([a], [b]) => a < b ? -1 : 1))
}
