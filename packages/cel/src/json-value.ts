import { literalOf } from '@floodgate/core'

/**
 * Copies a decoded document for CEL. As on the reference, its numbers are strings: `resp_data.n == '30'`,
 * `int(resp_data.n) > 29`.
 */
export const documentForCel = createCopy((literal) => literal)

/** Copies claims, or JSON that an expression decodes, for CEL: as on the reference, every number is a double. */
export const claimsForCel = createCopy(Number)

function createCopy (writeNumber: (literal: string) => unknown): (value: unknown) => unknown {
  return function copy (value: unknown): unknown {
    if (Array.isArray(value)) return value.map(copy)
    const literal = literalOf(value)
    if (literal !== null) return writeNumber(literal)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copy(item)]))
  }
}
