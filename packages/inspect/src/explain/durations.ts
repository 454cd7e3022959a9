const units: readonly (readonly [string, number])[] = [['h', 3_600_000], ['m', 60_000], ['s', 1000], ['ms', 1], ['µs', 1e-3], ['ns', 1e-6]]

/** Writes milliseconds as a configuration would: `2s`, `1h30m`, `300ms`. */
export function writeDuration (milliseconds: number): string {
  if (milliseconds === 0) return '0s'
  let rest = Math.abs(milliseconds)
  let text = ''
  for (const [unit, size] of units) {
    const count = Math.floor(Math.round(rest / size * 1e6) / 1e6)
    if (count === 0) continue
    text += `${count}${unit}`
    rest -= count * size
    if (rest < 1e-9) break
  }
  return `${milliseconds < 0 ? '-' : ''}${text === '' ? '0s' : text}`
}
