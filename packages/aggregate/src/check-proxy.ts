import type { Endpoint, FeatureContext, Place } from '@floodgate/core'
import { parseDuration } from '@floodgate/go/duration'
import { isSequential } from './merge/create-aggregate.ts'
import { regularBackends } from './merge/shadow-backends.ts'
import type { BackendProxySettings, EndpointProxySettings, FlatmapOperation } from './settings.ts'

type Warn = (path: Place, message: string) => void

const strategies = ['always', 'success', 'complete', 'errored', 'incomplete']
const operands: Readonly<Record<string, number>> = { move: 2, append: 2, del: 1 }

/**
 * Finds settings of the namespace `proxy` that have no effect or another effect than expected; the reference does not
 * report them.
 */
export function checkProxy ({ model, problem, warning }: Pick<FeatureContext, 'model' | 'problem' | 'warning'>): void {
  for (const endpoint of model.endpoints) {
    if (regularBackends(endpoint).length === 0) {
      problem(
        [...endpoint.place, 'backend'],
        'all backends of this endpoint are shadows, so there is no response: remove "shadow" from one of them'
      )
    }
    const own = endpoint.extra['proxy'] as EndpointProxySettings | undefined
    if (own !== undefined) checkEndpoint(own, endpoint, at([...endpoint.place, 'extra_config', 'proxy']))
    for (const { extra, place } of endpoint.backends) {
      const settings = extra['proxy'] as BackendProxySettings | undefined
      if (settings !== undefined) checkBackend(settings, at([...place, 'extra_config', 'proxy']))
    }
  }

  function at (place: Place): Warn {
    return (path, message) => { warning([...place, ...path], message) }
  }
}

function checkEndpoint (settings: EndpointProxySettings, endpoint: Endpoint, warn: Warn): void {
  const { strategy, sequential_propagated_params: propagated = [], static: fixed, flatmap_filter: operations = [] } = settings
  const count = endpoint.backends.length
  const sequential = isSequential(endpoint)
  if (strategy !== undefined && settings.sequential !== undefined && settings.sequential !== (strategy === 'sequential')) {
    warn(['sequential'], `has no effect: "strategy" is ${JSON.stringify(strategy)}`)
  }
  if (strategy === 'fallback' && count < 2) warn(['strategy'], 'has no effect: the endpoint has one backend')
  if (sequential && count < 2) warn([strategy === undefined ? 'sequential' : 'strategy'], 'has no effect: the endpoint has one backend')
  if (!sequential && propagated.length > 0) warn(['sequential_propagated_params'], 'has no effect without "sequential": true')
  for (const [i, name] of sequential ? propagated.entries() : []) {
    const step = /^[Rr]esp(\d+)(?:_[\w.-]+)?$/.exec(name)?.[1]
    if (step === undefined) {
      warn(
        ['sequential_propagated_params', i],
      `${JSON.stringify(name)} has no effect: write it as "resp0_field", or "resp0" for the whole response of a no-op backend`
      )
    } else if (Number(step) >= count - 1) {
      warn(
        ['sequential_propagated_params', i],
      `${JSON.stringify(name)} has no effect: ${Number(step) >= count ? `there is no backend ${step}` : `no backend comes after backend ${step}`}`
      )
    }
  }
  if (fixed !== undefined && fixed.data === undefined) warn(['static'], 'has no effect: it has no "data"')
  if (fixed?.strategy !== undefined && !strategies.includes(fixed.strategy)) {
    warn(
      ['static', 'strategy'],
      `${JSON.stringify(fixed.strategy)} counts as "always", as on KrakenD: write ${strategies.map((word) => JSON.stringify(word)).join(', ')}`
    )
  }
  if (operations.length > 0 && regularBackends(endpoint).length < 2) {
    warn(['flatmap_filter'], 'has no effect: the endpoint merges no responses; write it in the "proxy" of its backend')
  }
  checkOperations(operations, warn)
}

function checkBackend (
  { shadow = false, shadow_timeout: timeout, flatmap_filter: operations = [] }: BackendProxySettings,
  warn: Warn
): void {
  if (timeout !== undefined && parseDuration(timeout) === null) {
    warn(
      ['shadow_timeout'],
    `${JSON.stringify(timeout)} is not a valid duration, so the copy has the endpoint's timeout: write it like "500ms"`
    )
  } else if (timeout !== undefined && !shadow) warn(['shadow_timeout'], 'has no effect without "shadow": true')
  checkOperations(operations, warn)
}

function checkOperations (operations: readonly FlatmapOperation[], warn: Warn): void {
  for (const [i, { type, args }] of operations.entries()) {
    const needed = Object.hasOwn(operands, type) ? operands[type]! : null
    if (needed === null) warn(['flatmap_filter', i, 'type'], `${JSON.stringify(type)} has no effect: write "move", "append" or "del"`)
    else if (args.length < needed) {
      warn(
        ['flatmap_filter', i, 'args'],
      `has no effect: "${type}" requires ${needed === 1 ? 'a path' : 'two paths'}`
      )
    }
  }
}
