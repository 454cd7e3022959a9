import { createCheck, createCompiler, guardStep, type Compile, type Expression, type Refuse } from '@floodgate/cel'
import { answerEarly, claimsOf, headerLines, type CoreRequest, type Feature, type FeatureContext, type Place } from '@floodgate/core'
import { policyFault, type PolicyError } from '../errors.ts'
import { namespace, type EndpointPolicies } from './settings.ts'

type List = 'req' | 'resp' | 'jwt'

// eslint-disable-next-line no-restricted-syntax -- loaded when first needed, at boot
const compilers: { plain?: Compile, full?: Compile } = {}

/** The points where this feature attaches. */
export const feature: Partial<Feature> = {
  route: (settings: EndpointPolicies, endpoint, context) => {
    const policies = compile(settings, 'jwt', endpoint.place, context)
    if (policies.length === 0) return undefined
    if (endpoint.extra['auth/validator'] === undefined) {
      context.problem(
        [...endpoint.place, 'extra_config', namespace, 'jwt'],
        'has no effect, because nothing validates a token here: add "auth/validator"'
      )
    }
    const check = createCheck(policies)
    return {
      onRequest: function checkToken (request, reply, done) {
        const failed = claimsOf(request) === null
          ? 'there is no token'
          : check({ request: { incoming: request, headers: headerLines(request) } as CoreRequest, response: null })
        if (failed === null) { done(); return }
        if (settings.debug) request.log.debug({ failed }, namespace)
        answerEarly(request, reply, 401)
      }
    }
  },
  endpoint: (settings: EndpointPolicies, next, { place }, context) => guardStep(
    next,
    refuse(settings, 'req', place, context),
    refuse(settings, 'resp', place, context)
  ),
  backend: (settings: EndpointPolicies, next, { place }, context) => guardStep(
    next,
    refuse(settings, 'req', place, context),
    refuse(settings, 'resp', place, context)
  )
}

function refuse (settings: EndpointPolicies, list: 'req' | 'resp', place: Place, context: FeatureContext): Refuse | null {
  const policies = compile(settings, list, place, context)
  if (policies.length === 0) return null
  const error: PolicyError = settings[list]?.error ?? {}
  const check = createCheck(policies)
  return (scene) => {
    const failed = check(scene)
    if (failed === null) return null
    const detail = `${namespace}: ${list}.policies[${failed.index}] ${failed.reason}`
    if (settings.debug) scene.request.incoming.log.debug({ policy: policies[failed.index]!.source, detail }, namespace)
    return policyFault(error, detail)
  }
}

/** An invalid policy prevents the start. */
function compile (settings: EndpointPolicies, list: List, place: Place, { problem }: FeatureContext): Expression[] {
  const policies = settings[list]?.policies ?? []
  if (policies.length === 0) return []
  const macros = settings.disable_macros !== true
  const compileOne = compilers[macros ? 'full' : 'plain'] ??= createCompiler({ macros })
  const expressions: Expression[] = []
  policies.forEach((policy, i) => {
    try {
      expressions.push(compileOne(policy))
    } catch (error) {
      problem([...place, 'extra_config', namespace, list, 'policies', i], `cannot be evaluated: ${(error as Error).message}`)
    }
  })
  // Joined after each policy was checked on its own, so that a problem names its policy.
  return settings.auto_join_policies && expressions.length > 1
    ? [compileOne(expressions.map(({ source }) => `(${source}\n)`).join(' && '))]
    : expressions
}
