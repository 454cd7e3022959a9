import { createCheck, createCompiler, guardStep, type Compile, type Expression, type Refuse } from '@floodgate/cel'
import {
  answerEarly, claimsOf, type CoreRequest, type Endpoint, type Feature, type FeatureContext, type Place, type Step
} from '@floodgate/core'
import { celFault } from '../errors.ts'
import { namespace, type CelSettings } from './settings.ts'

// eslint-disable-next-line no-restricted-syntax -- code that is loaded when first needed, at boot
let compiler: Compile | undefined

/** The points where this feature attaches. */
export const feature: Partial<Feature> = {
  route: (settings: CelSettings, endpoint) => {
    // As on the reference, a validator evaluates them. Expressions that cannot be evaluated are reported once, by `endpoint`.
    if (!hasToken(endpoint)) return undefined
    const { token } = sort(settings)
    if (token.length === 0) return undefined
    const check = createCheck(token)
    return {
      onRequest: function checkToken (request, reply, done) {
        const scene = { request: { incoming: request } as CoreRequest, response: null }
        if (claimsOf(request) !== null && check(scene) === null) done()
        else answerEarly(request, reply, 401)
      }
    }
  },
  endpoint (settings: CelSettings, next, endpoint, context) {
    const tell = tellOf(endpoint.place, context)
    const sorted = sort(settings, (index, why) => { tell(index, `refuses every request: ${why}`) })
    if (!hasToken(endpoint)) {
      for (const { source } of sorted.token) {
        tell(
          settings.findIndex(({ check_expr: own }) => own === source),
          'is never evaluated, as on KrakenD, because the endpoint has no "auth/validator" that provides a token, so this expression protects nothing: add "auth/validator", or remove the expression'
        )
      }
    }
    return checked(sorted, next)
  },
  backend (settings: CelSettings, next, { place }, context) {
    const tell = tellOf(place, context)
    return checked(sort(settings, (index, why) => { tell(index, `refuses every request: ${why}`) }), next)
  }
}

function hasToken ({ extra }: Endpoint): boolean {
  return extra['auth/validator'] !== undefined
}

interface Sorted { before: Expression[], after: Expression[], token: Expression[] }

/**
 * Sorts expressions by the variables that they use. The reference never evaluates expressions without a variable of the
 * request, the response or the token, nor invalid CEL, and so serves what they forbid. Here the former are evaluated
 * before the request, and the latter refuse every request.
 */
function sort (settings: CelSettings, tell: Tell = () => {}): Sorted {
  const sorted: Sorted = { before: [], after: [], token: [] }
  for (const [i, { check_expr: source = '' }] of settings.entries()) {
    if (source.trim() === '') continue
    const expression = compileOrRefuse(source, (why) => { tell(i, why) })
    const names = (start: string): boolean => expression.names.some((name) => name.startsWith(start))
    if (names('resp_')) sorted.after.push(expression)
    else if (names('JWT') && !names('req_')) sorted.token.push(expression)
    else sorted.before.push(expression)
  }
  return sorted
}

/** Called with each expression that cannot be evaluated, and the reason. */
type Tell = (index: number, why: string) => void

function tellOf (place: Place, { warning }: FeatureContext): Tell {
  return (index, why) => { warning([...place, 'extra_config', namespace, index, 'check_expr'], why) }
}

function compileOrRefuse (source: string, tell: (why: string) => void): Expression {
  try {
    return (compiler ??= createCompiler({ macros: false }))(source)
  } catch (error) {
    tell((error as Error).message)
    return { source, names: [], ask: () => 'cannot be evaluated' }
  }
}

function checked ({ before, after }: Sorted, next: Step): Step {
  return guardStep(next, refuse(before), refuse(after))
}

function refuse (expressions: readonly Expression[]): Refuse | null {
  if (expressions.length === 0) return null
  const check = createCheck(expressions)
  return (scene) => {
    const failed = check(scene)
    return failed && celFault(failed.index, `${namespace}: ${JSON.stringify(expressions[failed.index]!.source)} ${failed.reason}`)
  }
}
