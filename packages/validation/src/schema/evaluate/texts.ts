import { literalOf } from '@floodgate/core'
import { writeCount, writeDouble } from './go-numbers.ts'
import { quoteLikeGo } from './violation.ts'

/*
 * The reference's message for each kind of violation; for the log without values of the document.
 */

export const group = (): string => 'validation failed'
export const falseSchema = (): string => 'false schema'
export const not = (): string => "'not' failed"
export const allOf = (): string => "'allOf' failed"
export const anyOf = (): string => "'anyOf' failed"
export const noneOf = (): string => "'oneOf' failed, none matched"

export const severalOf = (first: number, second: number): string => `'oneOf' failed, subschemas ${writeCount(first)}, ${writeCount(second)} matched`
export const wrongType = (got: string, want: string): string => `got ${got}, want ${want}`
export const wrongFormat = (value: string, name: string, problem: string, forLog: boolean): string => forLog
  ? `is not valid ${name}`
  : `${quoteLikeGo(value)} is not valid ${name}: ${problem}`
export const missing = (names: readonly string[]): string =>
  `missing ${names.length === 1 ? 'property' : 'properties'} ${names.map(quoteLikeGo).join(', ')}`
export const missingFor = (
  names: readonly string[],
  property: string
): string => `properties ${names.map(quoteLikeGo).join(', ')} required, if ${quoteLikeGo(property)} exists`
export const additional = (names: readonly string[]): string => `additional properties ${names.map(quoteLikeGo).join(', ')} not allowed`
export const additionalItems = (count: number): string => `last ${writeCount(count)} additionalItem(s) not allowed`
export const wrongName = (name: string): string => `invalid propertyName ${quoteLikeGo(name)}`
export const duplicates = (first: number, second: number): string => `items at ${writeCount(first)} and ${writeCount(second)} are equal`
export const wrongPattern = (
  text: string,
  source: string,
  forLog: boolean
): string => `${forLog ? '' : `${quoteLikeGo(text)} `}does not match pattern ${quoteLikeGo(source)}`

/** For a keyword that counts something. */
export const count = (keyword: string, got: number, want: number): string => `${keyword}: got ${writeCount(got)}, want ${writeCount(want)}`
/** For a keyword that checks a number's value. */
export const number = (
  keyword: string,
  got: number,
  want: number,
  forLog: boolean
): string => `${keyword}: ${forLog ? '' : `got ${writeDouble(got)}, `}want ${writeDouble(want)}`

export function tooFewFound (found: readonly number[], want: number | undefined): string {
  if (want === undefined) return 'no items match contains schema'
  return `min ${writeCount(want)} items required to match contains schema, but ${found.length === 0 ? 'none matched' : `matched ${writeCount(found.length)} items at ${found.join(' ')}`}`
}

export function tooManyFound (found: readonly number[], want: number): string {
  return `max ${writeCount(want)} items required to match contains schema, but matched ${writeCount(found.length)} items at ${found.join(' ')}`
}

export function wrongConstant (constant: unknown): string {
  return isScalar(constant) ? `value must be ${display(constant)}` : "'const' failed"
}

export function notAmong (values: readonly unknown[]): string {
  if (!values.every(isScalar)) return "'enum' failed"
  return `value must be ${values.length === 1 ? '' : 'one of '}${values.map(display).join(', ')}`
}

function isScalar (value: unknown): boolean {
  return typeof value !== 'object' || value === null
}

function display (value: unknown): string {
  if (value === null) return '<nil>'
  return literalOf(value) ?? (typeof value === 'string' ? quoteLikeGo(value) : String(value))
}
