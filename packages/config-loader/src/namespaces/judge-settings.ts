import { createRequire } from 'node:module'
import type { Ajv, ErrorObject, ValidateFunction } from 'ajv'
import { pointerSteps, type Place } from '@floodgate/core'
import { conform, describeValue, fits, formatPlace, formats, listWords, type Schema, shownKey, tellConverted } from '@floodgate/settings'
import type { ProblemDraft, Report } from '../locate/problem.ts'

const require = createRequire(import.meta.url)

// eslint-disable-next-line no-restricted-syntax -- by schema, compiled at boot
const validators = new WeakMap<object, ValidateFunction>()
// eslint-disable-next-line no-restricted-syntax -- loaded when first needed, at boot
let ajv: Ajv | undefined

/** What no KrakenD reads. */
const ours = /extra_config\.floodgate\b/

/**
 * Converts the settings of a namespace weakly, judges them by their JSON Schema and fills in its defaults. A schema
 * is compiled when something does not fit it, once per process.
 *
 * @returns the settings to use; undefined when they could not even be converted
 */
export function judgeSettings (schema: object, settings: unknown, place: Place, report: Report): unknown {
  const refused = new Set<string>()
  const converted = conform(schema as Schema, settings, place, (draft) => {
    if (draft.severity === 'error') refused.add(formatPlace(draft.place))
    report(draft)
  })
  if (converted !== undefined && !ours.test(formatPlace(place))) tellConverted(settings, converted, place, report)
  if (converted === undefined || fits(schema, converted)) return converted
  const validate = validatorOf(schema)
  if (!validate(converted)) {
    for (const draft of explain(validate.errors ?? [], converted, place)) {
      if (!refused.has(formatPlace(draft.place))) report(draft)
    }
  }
  return converted
}

/** Judges a value by a JSON Schema as it stands: nothing is converted, no default filled in. */
export function judgeByValidator (schema: object, value: unknown): ProblemDraft[] {
  const { Ajv } = require('ajv') as typeof import('ajv')
  const validate = new Ajv({ allErrors: true, strict: false, verbose: true, validateFormats: false, logger: false }).compile(schema)
  return validate(value) ? [] : explain(validate.errors ?? [], value, [])
}

function validatorOf (schema: object): ValidateFunction {
  let validate = validators.get(schema)
  if (validate === undefined) {
    ajv ??= createAjv()
    validate = ajv.compile(schema)
    validators.set(schema, validate)
  }
  return validate
}

function createAjv (): Ajv {
  const { Ajv } = require('ajv') as typeof import('ajv')
  return new Ajv({
    allErrors: true,
    useDefaults: true,
    strict: false,
    verbose: true,
    formats
  })
}

/** One problem per place: what an alternative's parts say is told by the alternative. */
function explain (errors: readonly ErrorObject[], settings: unknown, place: Place): ProblemDraft[] {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf').map(({ schemaPath }) => `${schemaPath}/`)
  const told = errors.filter(({ keyword, schemaPath }) => keyword !== 'if' && !unions.some((union) => schemaPath.startsWith(union)))
  const drafts = new Map<string, ProblemDraft>()
  for (const error of told) {
    const draft = explainError(error, [...place, ...pointerSteps(error.instancePath, settings)])
    const key = `${formatPlace(draft.place)} ${draft.code}`
    if (!drafts.has(key)) drafts.set(key, draft)
  }
  return [...drafts.values()]
}

function explainError (error: ErrorObject, place: Place): ProblemDraft {
  const value = error.data
  const draft = (code: string, message: string): ProblemDraft => ({ severity: 'error', code, place, value, message })
  const not = `not ${describeValue(place, value)}`
  const parent = error.parentSchema as Record<string, any>
  switch (error.keyword) {
    case 'required':
      return { ...draft('missing-key', `${JSON.stringify(error.params['missingProperty'])} is missing`), place: [...place, error.params['missingProperty']], value: null }
    case 'additionalProperties':
      return { ...draft('unknown-key', `unknown key ${JSON.stringify(shownKey([...place, error.params['additionalProperty']]))}`), severity: 'warning', place: [...place, error.params['additionalProperty']], at: 'key', value: null, nearest: { word: error.params['additionalProperty'], among: Object.keys(parent['properties'] ?? {}) } }
    case 'enum':
      return oneOf(error.params['allowedValues'])
    case 'const':
      return oneOf([error.params['allowedValue']])
    case 'anyOf':
    case 'oneOf': {
      const alternatives = parent[error.keyword] as Record<string, unknown>[]
      if (alternatives.every((alternative) => 'const' in alternative)) return oneOf(alternatives.map((alternative) => alternative['const']))
      const types = [...new Set(alternatives.map(({ type }) => typeof type === 'string' ? kinds[type] ?? type : ''))].filter(Boolean)
      return draft('invalid-value', types.length === 0 ? 'fits none of the shapes it may have' : `must be ${listWords(types)} of a shape that is known here, ${not}`)
    }
    case 'type':
      return draft('wrong-type', `must be ${listWords([error.params['type']].flat().map((type: string) => kinds[type] ?? type))}, ${not}`)
    case 'minimum':
    case 'exclusiveMinimum':
    case 'maximum':
    case 'exclusiveMaximum':
      return draft('out-of-range', `must be ${comparisons[error.params['comparison']] ?? error.params['comparison']} ${error.params['limit']}, ${not}`)
    case 'minItems':
      return draft('too-few', `needs at least ${error.params['limit']} item${error.params['limit'] === 1 ? '' : 's'}`)
    case 'minLength':
      return draft('too-short', error.params['limit'] === 1 ? 'must not be empty' : `must have at least ${error.params['limit']} characters`)
    case 'pattern':
      return draft('invalid-value', `must be ${Array.isArray(parent['examples']) ? `like ${listWords(parent['examples'].map((example) => JSON.stringify(example)))}` : `of the pattern ${error.params['pattern']}`}, ${not}`)
    case 'format':
      return draft('invalid-value', `must be ${formatWords[error.params['format']] ?? `a ${error.params['format']}`}, ${not}`)
    default:
      return draft('invalid-value', `${error.message ?? 'does not fit'}, ${not}`)
  }

  function oneOf (allowed: readonly unknown[]): ProblemDraft {
    const words = allowed.filter((word): word is string => typeof word === 'string')
    return {
      ...draft('invalid-value', `must be ${listWords(allowed.map((word) => JSON.stringify(word)))}, ${not}`),
      ...(typeof value === 'string' && words.length > 0 && { nearest: { word: value, among: words } })
    }
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  array: 'a list',
  object: 'an object',
  null: 'null'
}

const comparisons: Readonly<Record<string, string>> = { '>=': 'at least', '<=': 'at most', '>': 'more than', '<': 'less than' }

const formatWords: Readonly<Record<string, string>> = {
  'go-duration': 'a duration such as "300ms", "2s" or "1h30m"',
  'ip-range': 'an IP address or a network such as "10.0.0.0/8"'
}
