import type { FloodgateEntry } from '@floodgate/engine'

/**
 * Describes a gateway whose configuration is replaced: what is read from it, and what its functions do, is that of the
 * configuration in use.
 *
 * @param own what stays
 */
export function createCurrentEntry (
  current: () => FloodgateEntry,
  own: Pick<FloodgateEntry, 'name' | 'by' | 'reload'>
): FloodgateEntry {
  const read = (key: keyof FloodgateEntry): PropertyDescriptor => {
    const isFunction = typeof current()[key] === 'function'
    return isFunction
      ? { enumerable: true, value: (...args: unknown[]) => (current()[key] as (...args: unknown[]) => unknown)(...args) }
      : { enumerable: true, get: () => current()[key] }
  }
  const keys = (Object.keys(current()) as (keyof FloodgateEntry)[]).filter((key) => !Object.hasOwn(own, key))
  return Object.defineProperties({ ...own } as FloodgateEntry, Object.fromEntries(keys.map((key) => [key, read(key)])))
}
