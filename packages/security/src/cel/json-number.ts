import type { Environment } from '@marcbachmann/cel-js'
import { literalOf } from '@floodgate/core'

/**
 * A number of a JSON document. The reference shows such numbers to CEL as texts (`resp_data.n == '30'`); here they
 * compare as numbers too.
 */
export class JsonNumber {
  readonly text: string

  constructor (text: string) {
    this.text = text
  }

  /** Exact where it is a whole number. */
  get value (): bigint | number {
    return /^-?\d{1,400}$/.test(this.text) ? BigInt(this.text) : Number(this.text)
  }
}

type Operand = JsonNumber | bigint | number

const comparisons = {
  '==': (a: bigint | number, b: bigint | number) => a >= b && a <= b,
  '<': (a: bigint | number, b: bigint | number) => a < b,
  '<=': (a: bigint | number, b: bigint | number) => a <= b,
  '>': (a: bigint | number, b: bigint | number) => a > b,
  '>=': (a: bigint | number, b: bigint | number) => a >= b
}

/** Teaches an environment the numbers of JSON. */
export function registerJsonNumber (env: Environment): void {
  env.registerType('JsonNumber', { ctor: JsonNumber, fields: {} })
  for (const [sign, compare] of Object.entries(comparisons)) {
    const handler = (a: Operand, b: Operand): boolean => compare(valueOf(a), valueOf(b))
    env.registerOperator(`JsonNumber ${sign} JsonNumber`, handler)
    for (const type of ['int', 'double']) {
      env.registerOperator(`JsonNumber ${sign} ${type}`, handler)
      if (sign !== '==') env.registerOperator(`${type} ${sign} JsonNumber`, handler)
    }
  }
  env.registerOperator('JsonNumber == string', (a: JsonNumber | string, b: JsonNumber | string) => textOf(a) === textOf(b))
  registerMembership(env)
  for (const test of ['startsWith', 'endsWith', 'contains'] as const) {
    env.registerFunction(`JsonNumber.${test}(string): bool`, ({ text }: JsonNumber, part: string) => test === 'contains' ? text.includes(part) : text[test](part))
  }
  for (const signature of ['size(JsonNumber): int', 'JsonNumber.size(): int']) env.registerFunction(signature, ({ text }: JsonNumber) => BigInt(text.length))
  env.registerFunction('int(JsonNumber): int', ({ value }: JsonNumber) => BigInt(typeof value === 'bigint' ? value : Math.trunc(value)))
  env.registerFunction('double(JsonNumber): double', ({ text }: JsonNumber) => Number(text))
  env.registerFunction('string(JsonNumber): string', ({ text }: JsonNumber) => text)
}

/**
 * `in` of the library compares by identity what is not of one type. An overload of ours counts only where it names both
 * types as they are, `dyn` in front: any other would be one of two that fit.
 */
function registerMembership (env: Environment): void {
  const holds = (item: unknown, list: Iterable<unknown>): boolean => {
    for (const other of list) if (isSame(item, other)) return true
    return false
  }
  for (const type of ['int', 'double', 'string', 'bool', 'null', 'dyn', 'JsonNumber']) env.registerOperator(`dyn<JsonNumber> in list<${type}>`, holds)
  for (const type of ['int', 'double', 'string']) env.registerOperator(`dyn<${type}> in list<JsonNumber>`, holds)
}

function isSame (a: unknown, b: unknown): boolean {
  if (typeof a === 'string' || typeof b === 'string') return textOf(a) === textOf(b)
  return isOperand(a) && isOperand(b) && comparisons['=='](valueOf(a), valueOf(b))
}

function isOperand (value: unknown): value is Operand {
  return value instanceof JsonNumber || typeof value === 'number' || typeof value === 'bigint'
}

/** Copies a decoded document for CEL. */
export function toCel (value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toCel)
  const literal = literalOf(value)
  if (literal !== null) return new JsonNumber(literal)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toCel(item)]))
}

function valueOf (operand: Operand): bigint | number {
  return operand instanceof JsonNumber ? operand.value : operand
}

function textOf <T> (operand: JsonNumber | T): string | T {
  return operand instanceof JsonNumber ? operand.text : operand
}
