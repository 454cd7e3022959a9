import type { Environment } from '@marcbachmann/cel-js'

interface Duration { readonly seconds: bigint, readonly nanos: number }

const perSecond = 1_000_000_000n

/** Adds the conversions of times that CEL has and the library does not (CEL specification, "List of Standard Definitions"). */
export function registerConversions (env: Environment): void {
  env.registerFunction('int(google.protobuf.Timestamp): int', (time: Date) => BigInt(Math.floor(time.getTime() / 1000)))
  env.registerFunction('string(google.protobuf.Timestamp): string', (time: Date) => time.toISOString().replace(/\.?0*Z$/, 'Z'))
  env.registerFunction('string(google.protobuf.Duration): string', ({ seconds, nanos }: Duration) => writeSeconds(seconds * perSecond + BigInt(nanos)))
}

/** Seconds with the fraction they have: `90s`, `-1.5s`. */
function writeSeconds (nanos: bigint): string {
  const size = nanos < 0n ? -nanos : nanos
  const fraction = String(size % perSecond).padStart(9, '0').replace(/0+$/, '')
  return `${nanos < 0n ? '-' : ''}${size / perSecond}${fraction === '' ? '' : `.${fraction}`}s`
}
