import { foldKey, isObject, weakList } from '@floodgate/settings'
import type { AllowedBy } from './outcome.ts'

/** How a start goes on although something that it needs is not supported. */
export interface WaysOn {
  /** Tells who allowed one of these names; null when nobody did. */
  allowedBy (...names: readonly string[]): AllowedBy | null
  /** Whether endpoints that use something unsupported answer 501 instead of stopping the start. */
  readonly skip: boolean
}

export interface WaysOnOptions {
  /** Names that may be unsupported; `*` stands for any text. */
  readonly allowUnsupported: readonly string[]
  readonly unsupported: 'stop' | 'skip'
  readonly env: NodeJS.ProcessEnv
  /** The configuration, which may hold a list of its own in `extra_config.floodgate.allow_unsupported`. */
  readonly root: Record<string, unknown>
}

/** Names with commas or blanks between them. */
export const allowVariable = 'FLOODGATE_ALLOW_UNSUPPORTED'

/** Prepares the ways on. Names of version 1 and today's are the same: both are compared as `today` gives them. */
export function prepareWaysOn ({ allowUnsupported, unsupported, env, root }: WaysOnOptions, today: (name: string) => string): WaysOn {
  const sources: readonly (readonly [AllowedBy, readonly string[]])[] = [
    ['option', allowUnsupported],
    ['environment', (env[allowVariable] ?? '').split(/[\s,]+/).filter(Boolean)],
    ['configuration', allowedInConfiguration(root)]
  ]
  const lists = sources.flatMap(([by, names]) => names.length === 0 ? [] : [{ by, patterns: names.map((name) => patternOf(today(name))) }])
  return {
    allowedBy: (...names) => {
      const spellings = [...names, ...names.map(today)].map(foldKey)
      return lists.find(({ patterns }) => patterns.some((pattern) => spellings.some((name) => pattern.test(name))))?.by ?? null
    },
    skip: unsupported === 'skip'
  }
}

function allowedInConfiguration (root: Record<string, unknown>): string[] {
  const own = member(member(root, 'extra_config'), 'floodgate')
  const names = member(own, 'allow_unsupported')
  return names === undefined || names === null ? [] : weakList(names).filter((name) => typeof name === 'string')
}

function member (value: unknown, key: string): unknown {
  if (!isObject(value)) return undefined
  return Object.hasOwn(value, key) ? value[key] : Object.entries(value).findLast(([name]) => foldKey(name) === key)?.[1]
}

/** A namespace does not cover its keys: who goes without a namespace somewhere still means the settings of another. */
function patternOf (name: string): RegExp {
  const text = foldKey(name).split('*').map((part) => part.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&')).join('.*')
  return new RegExp(`^${text}$`, 's')
}
