import { firstHeaderLine, type CompileCondition, type Condition, type FeatureContext, type Place } from '@floodgate/core'
import { createGuard, type Guard } from './guard.ts'
import { createLimitCounters } from './limit-metrics.ts'
import { createLimits, createRedisLimits } from './limits.ts'
import type { TieredSettings } from './settings.ts'

type TierSettings = TieredSettings['tiers'][number]

export interface TieredOptions {
  /** Prefix of the buckets in Redis. */
  readonly name: string
  readonly place: Place
  readonly context: FeatureContext
  /** Absent: tiers by policy are reported as errors. */
  readonly compileCondition: CompileCondition | undefined
}

interface Tier {
  readonly fits: Condition
  /** Absent: requests in this tier are not limited. */
  readonly guard: Guard | undefined
}

/** Creates the hook that limits each request by the tier its header names; the first tier that matches is used. */
export function createTieredGuard (settings: TieredSettings, options: TieredOptions): Guard | undefined {
  const { name, place, context } = options
  const header = settings.tier_key.toLowerCase()
  const counters = createLimitCounters('tiered', place, context)
  const tiers = settings.tiers.map((tier, i): Tier => {
    const at = [...place, 'tiers', i]
    const local = tier.ratelimit === undefined ? [] : createLimits(tier.ratelimit, 'qos/ratelimit/tiered', [...at, 'ratelimit'], context)
    const shared = tier.ratelimit_redis === undefined
      ? []
      : createRedisLimits(tier.ratelimit_redis, `${name}:tier ${i}`, [...at, 'ratelimit_redis'], context)
    return { fits: createFits(tier, at, options), guard: createGuard([...local, ...shared], counters) }
  })
  if (tiers.every(({ guard }) => guard === undefined)) return undefined

  return function limitTier (request, reply, done) {
    const value = firstHeaderLine(request, header) ?? ''
    const guard = tiers.find(({ fits }) => fits(request, value))?.guard
    if (guard === undefined) done()
    else guard(request, reply, done)
  }
}

/**
 * A request without the header belongs to the tier for any value; otherwise clients could avoid that tier by omitting
 * the header.
 */
function createFits (
  { tier_value: wanted = '', tier_value_as: as = 'literal' }: TierSettings,
  place: Place,
  { context, compileCondition }: TieredOptions
): Condition {
  if (as === '*') return () => true
  if (as === 'literal') return (_, value) => value === wanted && value !== ''
  try {
    if (compileCondition === undefined) throw new Error('policies cannot be evaluated here')
    const holds = compileCondition(wanted)
    return (request, value) => value !== '' && holds(request, value)
  } catch (error) {
    context.problem([...place, 'tier_value'], `cannot be evaluated: ${(error as Error).message}`)
    return () => false
  }
}
