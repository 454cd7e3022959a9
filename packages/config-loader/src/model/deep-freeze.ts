/** Freezes a value and everything in it; returns it. */
export function deepFreeze<T> (value: T): T {
  const open: unknown[] = [value]
  while (open.length > 0) {
    const next = open.pop()
    if (typeof next !== 'object' || next === null || Object.isFrozen(next)) continue
    Object.freeze(next)
    for (const item of Object.values(next)) if (typeof item === 'object' && item !== null) open.push(item)
  }
  return value
}
