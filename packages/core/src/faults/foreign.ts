import { inspect } from 'node:util'

/** Converts a thrown value to an Error: external code may throw any value, including null. */
export function asError (thrown: unknown): Error {
  if (thrown instanceof Error) return thrown
  return new Error(`thrown: ${describeBriefly(thrown)}`)
}

/** Writes a value of external code as text; one that cannot be is its type. Does not throw. */
export function asText (value: unknown): string {
  if (typeof value === 'string') return value
  try {
    return String(value)
  } catch {
    return typeof value
  }
}

/** Returns whether a value is thenable. */
export function isThenable (value: unknown): value is PromiseLike<unknown> {
  return (typeof value === 'object' || typeof value === 'function') &&
    value !== null &&
    typeof (value as { then?: unknown }).then === 'function'
}

/** Ignores the rejection of a promise that is not awaited: unhandled, it would end the process. Accepts other values too. */
export function ignoreRejection (value: unknown): void {
  if (isThenable(value)) value.then(undefined, () => {})
}

/**
 * Describes a value of the wrong kind in a few words, without its content, which may be a client's: `null`, `a number`,
 * `a promise`.
 */
export function describeKind (value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (isThenable(value)) return 'a promise'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function describeBriefly (value: unknown): string {
  try {
    return inspect(value, { depth: 1, breakLength: Infinity }).slice(0, 200)
  } catch {
    return typeof value
  }
}
