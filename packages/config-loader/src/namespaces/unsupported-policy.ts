import { foldKey, isObject, weakList } from '@floodgate/settings'
import type { AllowedBy } from './outcome.ts'

/** How the gateway starts in spite of unsupported settings. */
export interface UnsupportedPolicy {
  /** Returns where one of these names is allowed; null if it is not. */
  allowedBy (...names: readonly string[]): AllowedBy | null
  /** Whether endpoints with unsupported settings answer 501 instead of preventing the start. */
  readonly skip: boolean
}

export interface UnsupportedPolicyOptions {
  /** Names that may be unsupported; `*` matches any text. */
  readonly allowUnsupported: readonly string[]
  readonly unsupported: 'stop' | 'skip'
  readonly env: NodeJS.ProcessEnv
  /** The configuration, which may have its own list in `extra_config.floodgate.allow_unsupported`. */
  readonly root: Record<string, unknown>
}

/** Names separated by commas or blanks. */
const allowVariable = 'FLOODGATE_ALLOW_UNSUPPORTED'

/** Prepares these options. Names of version 1 and current names are equivalent: both are compared as returned by `today`. */
export function createUnsupportedPolicy (
  { allowUnsupported, unsupported, env, root }: UnsupportedPolicyOptions,
  today: (name: string) => string
): UnsupportedPolicy {
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

/**
 * A namespace does not include its keys: allowing a namespace to be missing does not mean that other settings of it may
 * be ignored.
 */
function patternOf (name: string): RegExp {
  const text = foldKey(name).split('*').map((part) => part.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&')).join('.*')
  return new RegExp(`^${text}$`, 's')
}
