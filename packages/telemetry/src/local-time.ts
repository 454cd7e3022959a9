/**
 * Writes a local time with seconds, `2026/01/31` + separator + `09:15:02`, as the formats that need no other layout do.
 * The text is kept for the second, which most lines share with the one before.
 */
export function createLocalTime (separator: string): (ms: number) => string {
  let second = NaN
  let text = ''
  return function writeLocalTime (ms) {
    const now = Math.floor(ms / 1e3)
    if (now === second) return text
    second = now
    const date = new Date(ms)
    const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('/')
    text = `${day}${separator}${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`
    return text
  }
}

function two (value: number): string {
  return value < 10 ? `0${value}` : String(value)
}
