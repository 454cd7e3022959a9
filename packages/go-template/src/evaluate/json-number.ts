import { Int, Opaque, type Type, type Value } from './values.ts'

const JSON_NUMBER: Type = { name: 'json.Number', kind: 'string' }

/**
 * A number of decoded JSON that keeps its digits: Go's json.Number. It prints, and is written as JSON, as it came. Unlike
 * Go's it can be compared with integers, floats and other numbers; with a text by its digits, as there.
 */
export class JsonNumber extends Opaque {
  readonly type = JSON_NUMBER
  readonly hidden: readonly string[] = []
  readonly literal: string

  constructor (literal: string) {
    super()
    this.literal = literal
  }

  print (): string {
    return this.literal
  }

  toJson (): string {
    return this.literal
  }

  equals (other: Opaque): boolean {
    if (!(other instanceof JsonNumber)) return false
    return this.isWhole && other.isWhole ? BigInt(this.literal) === BigInt(other.literal) : Number(this.literal) === Number(other.literal)
  }

  /** Whether it is written without a fraction and without an exponent; not where it has more digits than anybody counts. */
  get isWhole (): boolean {
    return /^-?\d{1,40}$/.test(this.literal)
  }

  /** The value of Go's that can be compared with another one. */
  besides (other: Value | undefined): NonNullable<Value> {
    if (typeof other === 'string') return this.literal
    if (other instanceof Int && this.isWhole) return new Int(other.type, BigInt(this.literal))
    return Number(this.literal)
  }
}
