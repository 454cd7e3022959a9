import type { FeatureContext } from '@floodgate/core'

type Close = () => void | Promise<void>

/** The part of a store that one configuration uses. */
export interface StateUse {
  /** `FeatureContext.keep`. */
  readonly keep: FeatureContext['keep']
  /** Closes what no other configuration uses. A failure does not leave the rest open; the first one is thrown. */
  release (): Promise<void>
}

/** State that features keep while configurations replace each other: `FeatureContext.keep`. */
export interface StateStore {
  /** Begins to use it for another configuration, which releases what it used when it closes. */
  use (): StateUse
  /** Number of values that are kept. */
  readonly size: number
}

interface Kept { readonly value: unknown, readonly close: Close, uses: number }

export function createStateStore (): StateStore {
  const kept = new Map<string, Kept>()
  return {
    get size () { return kept.size },
    use () {
      const used = new Map<string, Kept>()
      return {
        keep<Value> (key: string, settings: unknown, make: () => Value, close?: (value: Value) => void | Promise<void>) {
          const name = `${key}\n${writeSorted(settings)}`
          let entry = used.get(name) ?? kept.get(name)
          if (entry === undefined) {
            const value = make()
            kept.set(name, entry = { value, uses: 0, close: () => close?.(value) })
          }
          if (!used.has(name)) {
            used.set(name, entry)
            entry.uses++
          }
          return entry.value as Value
        },
        async release () {
          const failures: unknown[] = []
          for (const [name, entry] of used) {
            if (--entry.uses > 0) continue
            kept.delete(name)
            try {
              await entry.close()
            } catch (error) {
              failures.push(error)
            }
          }
          used.clear()
          if (failures.length > 0) throw failures[0]
        }
      }
    }
  }
}

/** Writes settings as JSON with sorted keys: equal settings give equal texts, in whatever order their keys stand. */
export function writeSorted (settings: unknown): string {
  return JSON.stringify(settings, (_key, value: unknown) =>
    typeof value !== 'object' || value === null || Array.isArray(value)
      ? value
      : Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1))) ?? 'undefined'
}
