import type { FeatureContext, Place } from '@floodgate/core'
import { createGuard, type Guard } from './guard.ts'
import { createLimits, createRedisLimits } from './limits.ts'
import type { TieredSettings } from './settings.ts'

interface Tier {
  readonly value: string
  readonly any: boolean
  /** Absent: who is in this tier is not limited. */
  readonly guard: Guard | undefined
}

/** Creates the hook that limits each request by the tier its header names; the first tier that fits counts. */
export function createTieredGuard (settings: TieredSettings, name: string, place: Place, context: FeatureContext): Guard | undefined {
  const header = settings.tier_key.toLowerCase()
  const tiers = settings.tiers.flatMap(({ tier_value: value = '', tier_value_as: as = 'literal', ratelimit, ratelimit_redis: redis }, i): Tier[] => {
    const at = [...place, 'tiers', i]
    if (as === 'policy') {
      context.problem([...at, 'tier_value_as'], 'tiers by policy are not supported: use "literal" or "*"')
      return []
    }
    const local = ratelimit === undefined ? [] : createLimits(ratelimit, [...at, 'ratelimit'], context)
    const shared = redis === undefined ? [] : createRedisLimits(redis, `${name}:tier ${i}`, [...at, 'ratelimit_redis'], context)
    return [{ value, any: as === '*', guard: createGuard([...local, ...shared]) }]
  })
  if (tiers.every(({ guard }) => guard === undefined)) return undefined

  return function limitTier (request, reply, done) {
    const sent = request.headers[header]
    const value = Array.isArray(sent) ? sent[0] : sent
    const guard = value === undefined ? undefined : tiers.find((tier) => tier.any || tier.value === value)?.guard
    if (guard === undefined) done()
    else guard(request, reply, done)
  }
}
