/** Writes milliseconds as Go prints a duration: `529ns`, `4.529µs`, `1.2ms`, `2.5s`, `1m2s`. */
export function formatGoDuration (ms: number): string {
  const ns = Math.round(ms * 1e6)
  if (ns < 1e3) return `${ns}${ns === 0 ? 's' : 'ns'}`
  if (ns < 1e6) return `${ns / 1e3}µs`
  if (ns < 1e9) return `${ns / 1e6}ms`
  const seconds = Math.floor(ns / 1e9)
  // The access log of the reference cuts what is longer than a minute to whole seconds.
  if (seconds < 60) return `${ns / 1e9}s`
  const minutes = Math.floor(seconds / 60)
  const rest = `${minutes % 60}m${seconds % 60}s`
  return minutes < 60 ? rest : `${Math.floor(minutes / 60)}h${rest}`
}
