import { answerEarly, claimsOf, type CoreRequest, type Endpoint, type Feature, type FeatureContext, type Place, type Step } from '@floodgate/core'
import { celFault } from '../errors.ts'
import { createCheck, createCompiler, type Compile, type Expression } from './expressions.ts'
import { guardStep, type Refuse } from './guard-step.ts'
import { namespace, type CelSettings } from './settings.ts'

// eslint-disable-next-line no-restricted-syntax -- code that is loaded when first needed, at boot
let compiler: Compile | undefined

/** What attaches, and where. */
export const feature: Partial<Feature> = {
  route: (settings: CelSettings, endpoint) => {
    // As on the reference, where a validator asks them. What cannot be asked is told once, by `endpoint`.
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
    const sorted = sort(settings, (index, why) => { tell(index, `lets nothing pass: ${why}`) })
    if (!hasToken(endpoint)) {
      for (const { source } of sorted.token) {
        tell(settings.findIndex(({ check_expr: own }) => own === source), 'is never asked, as on KrakenD: the endpoint has no "auth/validator" that would bring a token, so this expression protects nothing; add "auth/validator", or remove the expression')
      }
    }
    return checked(sorted, next)
  },
  backend (settings: CelSettings, next, { place }, context) {
    const tell = tellOf(place, context)
    return checked(sort(settings, (index, why) => { tell(index, `lets nothing pass: ${why}`) }), next)
  }
}

function hasToken ({ extra }: Endpoint): boolean {
  return extra['auth/validator'] !== undefined
}

interface Sorted { before: Expression[], after: Expression[], token: Expression[] }

/**
 * Sorts expressions by what they name. The reference never asks those that name neither request, response nor token,
 * nor those that are no CEL, so that what they forbid is open: here the former are asked before the request, and the
 * latter let nothing pass.
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

/** Is told which expression cannot be asked, and why. */
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
