import type { Evaluate } from './functions.ts'
import { isFalse, type Data } from './values.ts'

/** The value itself: `@`. */
export const identity: Evaluate = (value) => value

/** Names are data: only what an object itself holds counts. */
export function field (name: string): Evaluate {
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return null
    return (value as Data)[name] ?? null
  }
}

export function index (at: number): Evaluate {
  return (value) => Array.isArray(value) ? value.at(at) ?? null : null
}

export function chain (first: Evaluate, second: Evaluate): Evaluate {
  if (first === identity) return second
  return second === identity ? first : (value, run) => second(first(value, run), run)
}

/** Of what is null nothing is selected. */
export function select (made: Evaluate): Evaluate {
  return (value, run) => value === null ? null : made(value, run)
}

/** A list of what each item becomes; what becomes null is left out. */
export function projection (left: Evaluate, right: Evaluate, condition?: Evaluate): Evaluate {
  return (value, run) => {
    const items = left(value, run)
    if (!Array.isArray(items)) return null
    const result: unknown[] = []
    for (const item of items) {
      run.spend(1)
      if (condition !== undefined && isFalse(condition(item, run))) continue
      const projected = right(item, run)
      if (projected !== null) result.push(projected)
    }
    return result
  }
}

/** The values of an object as a list; null of anything else. */
export function valuesOf (left: Evaluate): Evaluate {
  return (value, run) => {
    const data = left(value, run)
    return typeof data !== 'object' || data === null || Array.isArray(data) ? null : Object.values(data)
  }
}

/** Puts the items of lists in a list into the list itself, one level deep. */
export function flatten (left: Evaluate): Evaluate {
  return (value, run) => {
    const items = left(value, run)
    if (!Array.isArray(items)) return null
    const flat = items.flat()
    run.spend(flat.length)
    return flat
  }
}

/** Python's slices. */
export function slice (start: number | null, stop: number | null, step: number): Evaluate {
  return (value) => {
    if (!Array.isArray(value)) return null
    const { length } = value
    const bound = (at: number): number => at < 0 ? Math.max(at + length, step < 0 ? -1 : 0) : Math.min(at, step < 0 ? length - 1 : length)
    const from = start === null ? (step < 0 ? length - 1 : 0) : bound(start)
    const to = stop === null ? (step < 0 ? -1 : length) : bound(stop)
    const items: unknown[] = []
    for (let i = from; step > 0 ? i < to : i > to; i += step) items.push(value[i])
    return items
  }
}
