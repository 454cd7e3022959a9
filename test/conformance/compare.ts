import type { Expected, Seen } from './suite.ts'

/** Headers in which gateways may differ without anyone depending on it. */
const IGNORED = ['host', 'referer', 'connection', 'content-length', 'transfer-encoding', 'accept-encoding', 'user-agent', 'date', 'keep-alive',
  'proxy-connection', 'x-krakend', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-via', 'via', 'traceparent',
  'tracestate', 'server', 'vary', 'x-request-id']

export function ignoredHeaders (shown: readonly string[] = []): Set<string> {
  return new Set(IGNORED.filter((name) => !shown.includes(name)))
}

/** Headers that count, sorted by name. */
export function significant (headers: Record<string, unknown>, ignored: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ignored.has(name)).sort())
}

/** JSON as a value where it is JSON, the text itself elsewhere. */
export function parseBody (text: string): unknown {
  try { return JSON.parse(text) } catch { return text }
}

/** One text for all values that differ in key order only. */
export function canonicalText (value: unknown): string {
  return JSON.stringify(value, (_, v) => v !== null && typeof v === 'object' && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => a < b ? -1 : 1)) : v)
}

/** What differs between what a suite asks for and what was seen on both sides, a sentence each. */
export function differences (want: Expected, have: Expected): string[] {
  const found: string[] = []
  const check = (what: string, w: unknown, h: unknown) => {
    if (!matches(w, h)) found.push(`${what}: want ${JSON.stringify(w)}, have ${JSON.stringify(h)}`)
  }
  if ('status' in want) check('status', want['status'], have['status'])
  for (const [name, value] of Object.entries(want['headers'] ?? {})) check(`header ${name}`, value, have['headers']?.[name] ?? null)
  if ('body' in want && !sameDigits(want['body'], have['body'])) check('body', want['body'], have['body'])
  if (want['answers']) {
    const { answers: wanted } = want
    const answers = have['answers'] ?? []
    if (wanted.length !== answers.length) check('answers', wanted, answers)
    else for (const [i, answer] of wanted.entries()) for (const key of Object.keys(answer)) check(`answer ${i + 1} ${key}`, answer[key], answers[i][key])
  }
  for (const key of ['repeated', 'statuses', 'servers', 'distinct', 'alive']) if (key in want) check(key, want[key], have[key])
  if (want['broken']) check('broken', true, have['broken'] ?? false)
  for (const [name, count] of Object.entries(want['connections'] ?? {})) check(`connections to ${name}`, count, have['connections']?.[name] ?? null)
  if (want['seen']) found.push(...differencesOfSeen(want['seen'], have['seen'] ?? []))
  return found
}

/** Pairs off what fits in any order, then tells the rest side by side. */
function differencesOfSeen (want: Expected[], have: Seen[]): string[] {
  if (want.length !== have.length) return [`servers saw ${have.length} requests, want ${want.length}: ${JSON.stringify(have)}`]
  const rest: Expected[] = [...have]
  const missing = want.filter((w) => {
    const at = rest.findIndex((h) => Object.keys(w).every((key) => matches(w[key], h[key] ?? null)))
    if (at >= 0) rest.splice(at, 1)
    return at < 0
  })
  return missing.flatMap((w, i) => Object.keys(w)
    .filter((key) => !matches(w[key], rest[i]![key] ?? null))
    .map((key) => `seen ${key}: want ${JSON.stringify(w[key])}, have ${JSON.stringify(rest[i]![key] ?? null)}`))
}

/** A text in /slashes/ is a pattern; everything else is compared as JSON. */
function matches (want: unknown, have: unknown): boolean {
  if (typeof want === 'string' && /^\/.*\/$/s.test(want)) {
    return new RegExp(want.slice(1, -1), 's').test(typeof have === 'string' ? have : JSON.stringify(have))
  }
  return canonicalText(want) === canonicalText(have)
}

/** Whether two JSON texts are equal with the digits of their numbers, whatever the order of their keys. */
function sameDigits (want: unknown, have: unknown): boolean {
  if (typeof want !== 'string' || typeof have !== 'string') return false
  try {
    return canonicalText(literalValue(want)) === canonicalText(literalValue(have))
  } catch {
    return false
  }
}

function literalValue (json: string): unknown {
  return JSON.parse(json.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) => token.startsWith('"') ? token : JSON.stringify(`number ${token}`)))
}
