import type { Feature, FeatureContext, Place, Step } from '@floodgate/core'
import { jmespathFault } from '../errors.ts'
import { compileExpression } from './language/compile-expression.ts'
import { namespace, type JmespathSettings } from './settings.ts'

/** The points where this feature attaches: to the shaped data of a backend, to the merged data of an endpoint. */
export const feature: Partial<Feature> = {
  endpoint: (
    settings: JmespathSettings,
    next,
    { place, outputEncoding },
    context
  ) => query(settings, next, place, outputEncoding === 'no-op', context),
  backend: (settings: JmespathSettings, next, { place, encoding }, context) => query(settings, next, place, encoding === 'no-op', context)
}

function query ({ expr }: JmespathSettings, next: Step, place: Place, isRaw: boolean, context: FeatureContext): Step {
  const at = [...place, 'extra_config', namespace]
  if (isRaw) {
    context.problem(
      at,
      'has no effect with the encoding "no-op", whose responses are passed on undecoded: use another encoding, or remove it'
    )
  }
  const evaluate = compile(expr, (message) => { context.problem([...at, 'expr'], message) })
  if (isRaw || evaluate === null) return next
  return async function queryData (request) {
    const response = await next(request)
    if (response.body !== null) return response
    let result: unknown
    try {
      result = evaluate(response.data)
    } catch (error) {
      throw jmespathFault((error as Error).message, error)
    }
    response.data = wrap(result)
    return response
  }
}

function compile (source: string, problem: (message: string) => void): ((data: unknown) => unknown) | null {
  try {
    return compileExpression(source)
  } catch (error) {
    problem(`not a JMESPath expression: ${(error as Error).message}`)
    return null
  }
}

/** KrakenD page "Response manipulation with query language", section "Output wrappers". */
function wrap (result: unknown): Record<string, unknown> {
  if (result === null) return {}
  if (Array.isArray(result)) return { collection: result }
  return typeof result === 'object' ? result as Record<string, unknown> : { content: result }
}
