import type { Place } from '../place.ts'
import type { ProblemDraft } from '../problem.ts'
import { shownKey } from '../secrets/secret-places.ts'
import { adviseType, adviseWord } from '../words/advise-value.ts'
import { describeValue, listWords } from '../words/describe-value.ts'
import { formats } from './formats.ts'
import type { Schema } from './schema.ts'

/**
 * Returns what is wrong with a value that a keyword of its schema refuses.
 *
 * @param schema the one that has the keyword
 * @param key of `required` and `additionalProperties`
 */
export function describeFailure (keyword: string, schema: Schema, value: unknown, place: Place, key = ''): ProblemDraft {
  const operand = (schema as Record<string, unknown>)[keyword]
  const not = `not ${describeValue(place, value)}`
  const draft = (code: string, message: string, instead: string | null = null): ProblemDraft => ({
    severity: 'error',
    code,
    place,
    value,
    message,
    ...instead !== null && { instead }
  })
  switch (keyword) {
    case 'type':
      return wrongType(schema, value, place)
    case 'required':
      return {
        ...draft('missing-key', `${JSON.stringify(key)} is missing`, adviseMissing(key, schema)),
        place: [...place, key],
        value: null
      }
    case 'additionalProperties':
      return unknownKey(place, key, Object.keys(schema.properties ?? {}))
    case 'enum':
      return oneOf(schema.enum!)
    case 'const':
      return oneOf([operand])
    case 'anyOf':
    case 'oneOf': {
      const alternatives = (operand as readonly (Schema | boolean)[]).filter((alternative) => typeof alternative === 'object')
      if (alternatives.length > 0 && alternatives.every((alternative) => 'const' in alternative)) {
        return oneOf(alternatives.map((alternative) => alternative.const))
      }
      const types = [...new Set(alternatives.map(({ type }) => typeof type === 'string' ? typeNames[type] ?? type : ''))].filter(Boolean)
      return draft(
        'invalid-value',
        types.length === 0 ? 'does not match any of the allowed shapes' : `must be ${listWords(types)} of a supported shape, ${not}`
      )
    }
    case 'minimum':
    case 'maximum':
      return draft(
        'out-of-range',
        schema.minimum !== undefined && schema.maximum !== undefined
          ? `must be between ${schema.minimum} and ${schema.maximum}, ${not}`
          : `must be at ${keyword === 'minimum' ? 'least' : 'most'} ${operand}, ${not}`
      )
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return draft('out-of-range', `must be ${keyword === 'exclusiveMinimum' ? 'more' : 'less'} than ${operand}, ${not}`)
    case 'multipleOf':
      return draft('invalid-value', `must be a multiple of ${operand}, ${not}`)
    case 'minItems':
      return draft('too-few', `needs at least ${count(operand, 'item')}`)
    case 'maxItems':
      return draft('too-many', `takes at most ${count(operand, 'item')}`)
    case 'uniqueItems':
      return draft('invalid-value', 'contains a duplicate item', 'keep one of them')
    case 'minProperties':
      return draft('too-few', `needs at least ${count(operand, 'key')}`)
    case 'maxProperties':
      return draft('too-many', `takes at most ${count(operand, 'key')}`)
    case 'minLength':
      return draft('too-short', operand === 1 ? 'must not be empty' : `must have at least ${count(operand, 'character')}`)
    case 'maxLength':
      return draft('too-long', `must have at most ${count(operand, 'character')}`)
    case 'pattern':
      return draft(
        'invalid-value',
        `must be ${schema.examples === undefined ? `of the pattern ${operand}` : `like ${listWords(schema.examples.map((example) => JSON.stringify(example)))}`}, ${not}`
      )
    case 'format':
      return draft('invalid-value', `must be ${formats[operand as string]?.name ?? `a ${operand}`}, ${not}`)
    case 'contains':
      return draft('invalid-value', 'contains no item of the required shape')
    default:
      return draft('invalid-value', `must not be ${describeValue(place, value)}`)
  }

  function oneOf (allowed: readonly unknown[]): ProblemDraft {
    const words = allowed.filter((word): word is string => typeof word === 'string')
    return draft(
      'invalid-value',
      `must be ${listWords(allowed.map((word) => JSON.stringify(word)))}, ${not}`,
      typeof value === 'string' ? adviseWord(value, words) : null
    )
  }
}

/** A value of another type than its schema has. */
export function wrongType ({ type, items }: Schema, value: unknown, place: Place): ProblemDraft {
  const types = [type ?? []].flat()
  const itemType = (items as Schema | undefined)?.type
  const names = types.map(
    (type) => type === 'array' && typeof itemType === 'string' ? `a list of ${pluralNames[itemType] ?? 'values'}` : typeNames[type] ?? type
  )
  const shown = describeValue(place, value)
  const instead = adviseType(types.length === 1 ? types[0] : undefined, typeof itemType === 'string' ? itemType : undefined, value, shown)
  return {
    severity: 'error',
    code: 'wrong-type',
    place,
    value,
    message: `must be ${listWords(names)}, not ${shown}`,
    ...instead !== null && { instead }
  }
}

/** A key that a schema does not have. */
export function unknownKey (place: Place, key: string, known: readonly string[]): ProblemDraft {
  return {
    severity: 'warning',
    code: 'unknown-key',
    place: [...place, key],
    at: 'key',
    message: `unknown key ${JSON.stringify(shownKey([...place, key]))}`,
    nearest: { word: key, among: known }
  }
}

function adviseMissing (key: string, { properties = {} }: Schema): string | null {
  const { examples } = Object.hasOwn(properties, key) ? properties[key]! : {}
  return examples === undefined ? null : `add ${JSON.stringify(key)}: ${JSON.stringify(examples[0])}`
}

function count (limit: unknown, what: string): string {
  return `${limit} ${what}${limit === 1 ? '' : 's'}`
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'a boolean (true or false)',
  integer: 'a whole number',
  number: 'a number',
  array: 'a list',
  object: 'an object',
  null: 'null',
  function: 'a function'
}

const pluralNames: Readonly<Record<string, string>> = {
  string: 'texts',
  integer: 'whole numbers',
  number: 'numbers',
  object: 'objects',
  function: 'functions'
}
