import { DecodedResponse, setKey, type Fault, type Step, type StepResponse } from '@floodgate/core'
import { toFault } from './merge/to-fault.ts'
import type { StaticSettings } from './settings.ts'

type Match = (response: StepResponse | null, fault: Fault | null) => boolean

const STRATEGIES: Readonly<Record<string, Match>> = {
  success: (_, fault) => fault === null,
  errored: (_, fault) => fault !== null,
  complete: (response, fault) => fault === null && response !== null && response.complete,
  incomplete: (response) => response === null || !response.complete
}

/**
 * Creates the step that adds static data to responses, replacing existing fields (KrakenD page "Static response"). If
 * the strategy says so, a failure becomes a response with only the static data and status 200.
 *
 * @param settings `proxy.static`; without data, `next` is returned
 */
export function createStatic ({ data, strategy = 'always' }: StaticSettings, next: Step): Step {
  if (data === undefined) return next
  const fields = Object.entries(data)
  const matches = Object.hasOwn(STRATEGIES, strategy) ? STRATEGIES[strategy]! : () => true
  return async function addStatic (request) {
    let response: StepResponse
    try {
      response = await next(request)
    } catch (error) {
      const fault = toFault(error)
      if (!matches(null, fault)) throw error
      response = new DecodedResponse({}, false, fault)
      addFields(response, fields)
      return response
    }
    if (matches(response, response.fault)) addFields(response, fields)
    return response
  }
}

function addFields (response: StepResponse, fields: readonly (readonly [string, unknown])[]): void {
  const data = response.data ??= {}
  for (const [key, value] of fields) setKey(data, key, copy(value))
}

/** A copy: a later feature must not change the configuration's own values. */
function copy (value: unknown): unknown {
  return typeof value === 'object' && value !== null ? structuredClone(value) : value
}
