import { isMarkedNumber, type Feature, type FeatureContext, type Place, type Step } from '@floodgate/core'
import { lowerCase, upperCase } from './letter-case.ts'
import { compileReplacement } from './replace-pattern.ts'
import { namespace, type ModifierSettings, type ResponseBodySettings } from './settings.ts'
import { compileTrim } from './trim.ts'

type Change = (text: string) => string
/** Changes one text of a document in place. */
type Edit = (data: Record<string, unknown>) => void
type ReportProblem = (steps: readonly (string | number)[], message: string) => void

/** The points where this feature attaches: to the shaped data of a backend, to the merged data of an endpoint. */
export const feature: Partial<Feature> = {
  endpoint (settings: ResponseBodySettings, next, { place, outputEncoding }, context) {
    return changeTexts(settings, next, place, outputEncoding === 'no-op', context)
  },
  backend (settings: ResponseBodySettings, next, { place, encoding }, context) {
    return changeTexts(settings, next, place, encoding === 'no-op', context)
  }
}

function changeTexts ({ modifiers }: ResponseBodySettings, next: Step, place: Place, isRaw: boolean, context: FeatureContext): Step {
  const at = [...place, 'extra_config', namespace]
  if (isRaw) {
    context.problem(
      at,
      'has no effect with the encoding "no-op", whose responses are passed on undecoded: use another encoding, or remove it'
    )
    return next
  }
  const edits = modifiers.flatMap(
    (modifier, i) => compileEdit(modifier, (steps, message) => { context.problem([...at, 'modifiers', i, ...steps], message) }) ?? []
  )
  if (edits.length === 0) return next
  return async function changeTexts (request) {
    const response = await next(request)
    if (response.body !== null) return response
    const { data } = response
    if (data !== null) for (const edit of edits) edit(data)
    return response
  }
}

function compileEdit (modifier: ModifierSettings, problem: ReportProblem): Edit | null {
  const kinds = Object.keys(modifier) as (keyof ModifierSettings)[]
  if (kinds.length !== 1) {
    problem(
      [],
      kinds.length === 0
        ? 'has no modifier: write one of "literal", "regexp", "upper", "lower" and "trim"'
        : `has ${kinds.length} modifiers (${kinds.join(', ')}), and their order would be unknown: write an item for each`
    )
    return null
  }
  const [kind] = kinds as [keyof ModifierSettings]
  const { field } = modifier[kind]!
  const steps = field.split('.')
  if (steps.includes('')) {
    problem([kind, 'field'], `${JSON.stringify(field)} has an empty name in it: write names separated by single dots`)
    return null
  }
  const change = compileChange(modifier, problem)
  return change === null ? null : editAt(steps, change)
}

function compileChange ({ literal, regexp, trim, upper }: ModifierSettings, problem: ReportProblem): Change | null {
  if (literal !== undefined) return (text) => text.replaceAll(literal.find, () => literal.replace)
  if (trim !== undefined) return compileTrim(trim.find)
  if (regexp === undefined) return upper === undefined ? lowerCase : upperCase
  try {
    return compileReplacement(regexp.find, regexp.replace)
  } catch (error) {
    problem(['regexp', 'find'], `not an expression in Go's syntax: ${(error as Error).message}`)
    return null
  }
}

/** Names are data: only what the document itself holds counts. */
function editAt (path: readonly string[], change: Change): Edit {
  const last = path.at(-1)!
  const before = path.slice(0, -1)
  return function edit (data) {
    let object: Record<string, unknown> = data
    for (const name of before) {
      const inner: unknown = Object.hasOwn(object, name) ? object[name] : undefined
      if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return
      object = inner as Record<string, unknown>
    }
    const text: unknown = Object.hasOwn(object, last) ? object[last] : undefined
    if (typeof text !== 'string' || isMarkedNumber(text)) return
    const changed = change(text)
    // An own `__proto__` is left alone by an assignment.
    if (changed !== text) Object.defineProperty(object, last, { value: changed, enumerable: true, configurable: true, writable: true })
  }
}
