import type { Place } from '@floodgate/core'

/** Reports an error of a modifier at its place. */
export type ReportProblem = (place: Place, message: string) => void

type Kind = 'text' | 'number' | 'switch' | 'list of texts' | 'object' | 'list'

const shown: Readonly<Record<Kind, string>> = {
  text: 'a text',
  number: 'an integer',
  switch: 'true or false',
  'list of texts': 'a list of texts',
  object: 'an object',
  list: 'a list'
}

function fits (kind: Kind, value: unknown): boolean {
  switch (kind) {
    case 'text': return typeof value === 'string'
    case 'number': return Number.isInteger(value)
    case 'switch': return typeof value === 'boolean'
    case 'list of texts': return Array.isArray(value) && value.every((item) => typeof item === 'string')
    case 'object': return typeof value === 'object' && value !== null && !Array.isArray(value)
    case 'list': return Array.isArray(value)
  }
}

/** Reader of the fields of one modifier: names are case-insensitive, wrong types and unknown names are reported. */
export class Fields {
  readonly name: string
  readonly place: Place
  readonly #values = new Map<string, { key: string, value: unknown }>()
  readonly #problem: ReportProblem
  readonly #warning: ReportProblem

  /** @param name of the modifier, for messages */
  constructor (name: string, value: Readonly<Record<string, unknown>>, place: Place, problem: ReportProblem, warning: ReportProblem) {
    this.name = name
    this.place = place
    this.#problem = problem
    this.#warning = warning
    for (const [key, item] of Object.entries(value)) this.#values.set(key.toLowerCase(), { key, value: item })
  }

  text (field: string, fallback = ''): string {
    return this.#read<string>(field, 'text') ?? fallback
  }

  number (field: string): number | undefined {
    return this.#read<number>(field, 'number')
  }

  isOn (field: string): boolean {
    return this.#read<boolean>(field, 'switch') ?? false
  }

  texts (field: string): readonly string[] | undefined {
    return this.#read<readonly string[]>(field, 'list of texts')
  }

  list (field: string): readonly unknown[] {
    return this.#read<readonly unknown[]>(field, 'list') ?? []
  }

  object (field: string): Readonly<Record<string, unknown>> | undefined {
    return this.#read<Readonly<Record<string, unknown>>>(field, 'object')
  }

  /** The place of a field, with the key as written. */
  placeOf (field: string): Place {
    return [...this.place, this.#values.get(field.toLowerCase())?.key ?? field]
  }

  problem (field: string, message: string): void {
    this.#problem(this.placeOf(field), message)
  }

  /** Reports the fields that were not read. */
  tellOthers (): void {
    for (const { key } of this.#values.values()) {
      if (!/^[@$_#]/.test(key)) {
        this.#warning([...this.place, key], `${this.name} has no field ${JSON.stringify(key)}: it has no effect`)
      }
    }
  }

  #read <Value> (field: string, kind: Kind): Value | undefined {
    const found = this.#values.get(field.toLowerCase())
    if (found === undefined) return undefined
    this.#values.delete(field.toLowerCase())
    if (found.value === null) return undefined
    if (fits(kind, found.value)) return found.value as Value
    this.#problem([...this.place, found.key], `must be ${shown[kind]}: on KrakenD the whole "modifier/martian" has no effect otherwise`)
    return undefined
  }
}
