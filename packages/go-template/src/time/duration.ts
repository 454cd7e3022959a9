import { writeDuration } from '@floodgate/go/duration'
import { Int, type Type } from '../evaluate/values.ts'

export const DURATION: Type = { name: 'time.Duration', kind: 'int64', print: writeDuration }

/** Makes a time.Duration. */
export function duration (nanoseconds: bigint): Int {
  return new Int(DURATION, nanoseconds)
}
