import { parseFloat64, parseInt64 } from '@floodgate/go/number'
import { JsonNumber } from '../evaluate/json-number.ts'
import { Int, type Value } from '../evaluate/values.ts'

/** What amd64 makes of a float64 that no int64 can hold. */
const OUT_OF_RANGE = -(1n << 63n)

/** Converts any value to an int64 as the cast package does: 0 for other values. */
export function toInt64 (value: Value): bigint {
  switch (typeof value) {
    case 'number': return truncate(value)
    case 'boolean': return value ? 1n : 0n
    case 'string': {
      const parsed = parseInt64(withoutZeroDecimals(value), 0)
      return typeof parsed === 'bigint' ? parsed : 0n
    }
  }
  if (value instanceof JsonNumber) return value.isWhole ? toInt64(value.literal) : truncate(Number(value.literal))
  return value instanceof Int && value.type.name !== 'time.Duration' ? BigInt.asIntN(64, value.value) : 0n
}

/** Converts any value to an int; the same as int64 on 64-bit machines. */
export const toInt = toInt64

/** Converts any value to a float64: 0 for other values. */
export function toFloat64 (value: Value): number {
  switch (typeof value) {
    case 'number': return value
    case 'boolean': return value ? 1 : 0
    case 'string': {
      const parsed = parseFloat64(value)
      return typeof parsed === 'number' ? parsed : 0
    }
  }
  if (value instanceof JsonNumber) return Number(value.literal)
  return value instanceof Int && value.type.name !== 'time.Duration' ? Number(value.value) : 0
}

function truncate (value: number): bigint {
  if (!Number.isFinite(value)) return OUT_OF_RANGE
  const whole = BigInt(Math.trunc(value))
  return BigInt.asIntN(64, whole) === whole ? whole : OUT_OF_RANGE
}

/** `8.00` is an integer too. */
function withoutZeroDecimals (text: string): string {
  return text.replace(/\.0+$/, '')
}
