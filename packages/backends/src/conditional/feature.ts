import {
  SkippedResponse, type Backend, type CompileRequestCondition, type CoreRequest, type Endpoint, type Feature,
  type FeatureContext
} from '@floodgate/core'
import { namespace, type ConditionalSettings } from './settings.ts'

/** Whether the backend is called for a request. */
type Gate = (request: CoreRequest) => boolean

/**
 * What `backend/conditional` attaches: a backend whose condition is false is not called and is missing in no answer. It
 * is asked before anything of the backend, so that its limits and its circuit breaker do not count it.
 *
 * @param compile evaluates the strategy `policy`; without it that strategy prevents the start
 */
export function createConditional (compile?: CompileRequestCondition): Partial<Feature> {
  /** Conditions of backends, each compiled once though a fallback asks it too. */
  const gates = new WeakMap<Backend, Gate>()

  function gateOf (backend: Backend, endpoint: Endpoint, context: FeatureContext): Gate {
    let gate = gates.get(backend)
    if (gate === undefined) gates.set(backend, gate = createGate(backend, endpoint, context))
    return gate
  }

  function createGate (backend: Backend, endpoint: Endpoint, context: FeatureContext): Gate {
    const settings = settingsOf(backend)!
    const place = [...backend.place, 'extra_config', namespace]
    switch (settings.strategy) {
      case 'header': {
        const { name, value } = settings
        if (name === undefined) context.problem(place, 'the strategy "header" needs the "name" of a header')
        if (value === undefined) context.problem(place, 'the strategy "header" needs the "value" that the header must have')
        if (name !== undefined && !mayPass(name, endpoint)) {
          context.problem(
            [...place, 'name'],
            `the header ${JSON.stringify(name)} never reaches the backend: add it to the endpoint's "input_headers"`
          )
        }
        return hasHeader(name ?? '', value ?? '')
      }
      case 'policy': {
        if (settings.name !== undefined) context.warning([...place, 'name'], 'has no effect with the strategy "policy"')
        return compilePolicy(settings.value, place, context)
      }
      case 'fallback': {
        const others = endpoint.backends.filter((other) => other !== backend && settingsOf(other) !== undefined)
        const isFirst = !others.some((other) => other.index < backend.index && settingsOf(other)!.strategy === 'fallback')
        if (!isFirst) context.problem([...place, 'strategy'], 'an endpoint has one fallback, and another backend of this one is it')
        if (others.length === 0) {
          context.warning([...place, 'strategy'], 'no other backend of the endpoint has a condition: this one is always called')
        }
        for (const key of ['name', 'value'] as const) {
          if (settings[key] !== undefined) {
            context.warning([...place, key], 'has no effect with the strategy "fallback"')
          }
        }
        const conditions = others.filter(
          (other) => settingsOf(other)!.strategy !== 'fallback'
        ).map((other) => gateOf(other, endpoint, context))
        return (request) => !conditions.some((holds) => holds(request))
      }
    }
  }

  function compilePolicy (source: string | undefined, place: Backend['place'], context: FeatureContext): Gate {
    const never: Gate = () => false
    if (source === undefined || source.trim() === '') {
      context.problem(place, 'the strategy "policy" needs an expression as "value", such as "req_method == \'GET\'"')
      return never
    }
    if (compile === undefined) {
      context.problem([...place, 'strategy'], 'the strategy "policy" needs @floodgate/cel')
      return never
    }
    try {
      return compile(source)
    } catch (error) {
      context.problem([...place, 'value'], `the expression cannot be evaluated: ${(error as Error).message}`)
      return never
    }
  }

  return {
    call (_settings: ConditionalSettings, next, backend, context) {
      const endpoint = context.model.endpoints.find(({ backends }) => backends.includes(backend))!
      const isCalled = gateOf(backend, endpoint, context)
      return async function callOnCondition (request) {
        return isCalled(request) ? await next(request) : new SkippedResponse()
      }
    }
  }
}

function settingsOf ({ extra }: Backend): ConditionalSettings | undefined {
  return extra[namespace] as ConditionalSettings | undefined
}

function mayPass (name: string, { inputHeaders }: Endpoint): boolean {
  return inputHeaders.includes('*') || inputHeaders.includes(name.toLowerCase())
}

/** Any of the header's values counts. */
function hasHeader (name: string, value: string): Gate {
  const key = name.toLowerCase()
  return ({ headers }) => {
    const given = headers[key]
    return typeof given === 'string' ? given === value : given?.includes(value) ?? false
  }
}
