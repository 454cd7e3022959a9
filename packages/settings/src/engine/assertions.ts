import { isDeepStrictEqual } from 'node:util'
import { formats } from './formats.ts'
import { isObject } from './weak-values.ts'

/** Returns whether a value is as a keyword requires; `true` for values that the keyword is not about. */
export type Assertion = (operand: any, value: unknown) => boolean

/** Keywords that look at one value alone. */
export const assertions: Readonly<Record<string, Assertion>> = {
  enum: (words: readonly unknown[], value) => words.some((word) => isDeepStrictEqual(word, value)),
  const: (word: unknown, value) => isDeepStrictEqual(word, value),
  minimum: number((limit, value) => value >= limit),
  maximum: number((limit, value) => value <= limit),
  exclusiveMinimum: number((limit, value) => value > limit),
  exclusiveMaximum: number((limit, value) => value < limit),
  multipleOf: number((unit, value) => Number.isInteger(value / unit)),
  minLength: text((limit, value) => countCharacters(value) >= limit),
  maxLength: text((limit, value) => countCharacters(value) <= limit),
  pattern: text((pattern, value) => new RegExp(pattern, 'u').test(value)),
  format: text((format, value) => !Object.hasOwn(formats, format) || formats[format]!.fits(value)),
  minItems: list((limit, value) => value.length >= limit),
  maxItems: list((limit, value) => value.length <= limit),
  uniqueItems: list(
    (unique, value) => !unique || value.every((item, i) => !value.slice(0, i).some((other) => isDeepStrictEqual(other, item)))
  ),
  minProperties: object((limit, value) => Object.keys(value).length >= limit),
  maxProperties: object((limit, value) => Object.keys(value).length <= limit)
}

/** Returns whether a value is of a type of JSON Schema, or a `function`. */
export function isOfType (type: string, value: unknown): boolean {
  switch (type) {
    case 'object': return isObject(value)
    case 'array': return Array.isArray(value)
    case 'null': return value === null
    case 'integer': return Number.isInteger(value)
    case 'number': return Number.isFinite(value)
    default: return typeof value === type // eslint-disable-line valid-typeof
  }
}

function number (check: (operand: number, value: number) => boolean): Assertion {
  return (operand, value) => typeof value !== 'number' || check(operand, value)
}

function text (check: (operand: any, value: string) => boolean): Assertion {
  return (operand, value) => typeof value !== 'string' || check(operand, value)
}

function list (check: (operand: any, value: readonly unknown[]) => boolean): Assertion {
  return (operand, value) => !Array.isArray(value) || check(operand, value)
}

function object (check: (operand: number, value: object) => boolean): Assertion {
  return (operand, value) => !isObject(value) || check(operand, value)
}

function countCharacters (text: string): number {
  return [...text].length
}
