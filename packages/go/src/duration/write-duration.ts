const MINUTE = 60e9

/**
 * Writes a duration as Go prints it: `529ns`, `4.529µs`, `1.2ms`, `2.5s`, `1m2s`, `-3h0m5.25s`.
 *
 * @param nanoseconds a whole number; a bigint where it may be longer than 104 days
 */
export function writeDuration (nanoseconds: number | bigint): string {
  const sign = nanoseconds < 0 ? '-' : ''
  const size = nanoseconds < 0 ? -nanoseconds : nanoseconds
  if (size < MINUTE) return sign + writeShort(Number(size))
  const minutes = typeof size === 'bigint' ? Number(size / BigInt(MINUTE)) : Math.floor(size / MINUTE)
  const rest = typeof size === 'bigint' ? Number(size % BigInt(MINUTE)) : size % MINUTE
  return `${sign}${minutes >= 60 ? `${Math.floor(minutes / 60)}h` : ''}${minutes % 60}m${writeSeconds(rest)}s`
}

/** Writes milliseconds as a configuration would, like `writeDuration` without the zeros at its end: `2s`, `1h30m`, `300ms`. */
export function writeMilliseconds (milliseconds: number): string {
  return writeDuration(Math.round(milliseconds * 1e6)).replace(/(?<=[hm])0s$/, '').replace(/(?<=h)0m$/, '')
}

/** Less than a minute: the quotients have so few digits that a double writes them exactly. */
function writeShort (nanoseconds: number): string {
  if (nanoseconds === 0) return '0s'
  if (nanoseconds < 1e3) return `${nanoseconds}ns`
  if (nanoseconds < 1e6) return `${nanoseconds / 1e3}µs`
  return nanoseconds < 1e9 ? `${nanoseconds / 1e6}ms` : `${nanoseconds / 1e9}s`
}

function writeSeconds (nanoseconds: number): string {
  // JavaScript writes less than a millionth with an exponent.
  return nanoseconds === 0 || nanoseconds >= 1e3 ? String(nanoseconds / 1e9) : (nanoseconds / 1e9).toFixed(9).replace(/0+$/, '')
}
