/** Keeps the entries used last, at most `size`. */
export class Recent<Value> {
  readonly #entries = new Map<string, Value>()
  readonly #size: number

  constructor (size: number) {
    this.#size = size
  }

  get (key: string): Value | undefined {
    const value = this.#entries.get(key)
    if (value === undefined) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, value)
    return value
  }

  set (key: string, value: Value): void {
    this.#entries.delete(key)
    if (this.#entries.size >= this.#size) this.#entries.delete(this.#entries.keys().next().value!)
    this.#entries.set(key, value)
  }

  get size (): number { return this.#entries.size }
}
