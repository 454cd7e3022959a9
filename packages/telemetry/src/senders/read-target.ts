import type { Target } from './sender.ts'

/** Reads `host:port`; null = it is not one. */
export function readTarget (text: string): Target | null {
  const match = /^(\[[\da-fA-F:.]+\]|[^\s:/[\]@]+):(\d{1,5})$/.exec(text)
  if (match === null) return null
  const port = Number(match[2])
  return port < 1 || port > 65535 ? null : { host: match[1]!.replace(/^\[|\]$/g, ''), port }
}
