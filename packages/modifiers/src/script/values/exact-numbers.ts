import { isMarkedNumber, literalOf, setKey } from '@floodgate/core'

type Holder = Record<string, unknown>

/** A number in a document whose digits a double does not keep. */
interface Kept {
  readonly holder: Holder
  readonly key: string
  readonly value: number
  readonly marked: unknown
}

/**
 * Makes plain numbers of a document's marked ones, in place: a script calculates with them. The function that it returns
 * gives those that are still where they were, with the same value, their digits back; null if there is none.
 */
export function readNumbers (document: unknown): (() => void) | null {
  const kept: Kept[] = []
  const waiting: unknown[] = [document]
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    const holder = value as Holder
    for (const key of Object.keys(holder)) {
      const inner = holder[key]
      if (typeof inner === 'object' && inner !== null) waiting.push(inner)
      else if (isMarkedNumber(inner)) {
        const number = Number(literalOf(inner))
        kept.push({ holder, key, value: number, marked: inner })
        setKey(holder, key, number)
      }
    }
  }
  if (kept.length === 0) return null
  return function restoreDigits () {
    for (const { holder, key, value, marked } of kept) {
      if (Object.hasOwn(holder, key) && Object.is(holder[key], value)) setKey(holder, key, marked)
    }
  }
}
