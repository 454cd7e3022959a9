import type { Table } from './table.ts'

/** A state that needs attention. */
export interface Notice {
  readonly text: string
  /** Table with the details. */
  readonly table: string
  /** Filter of that table that finds it. */
  readonly filter: string
}

/** Days before the expiry of a certificate from which on it is shown. */
const soon = 14
/** Share of refused requests beyond which a rate limit is shown; as `FloodgateLimitRefuses` in docs/alerts.md. */
const manyRefused = 0.1
/** Notices of one kind: the table has all of them. */
const most = 5

/** Finds the states that need attention in the tables. */
export function findNotices (tables: readonly Table[]): Notice[] {
  return Object.entries(rules).flatMap(([id, rule]) => {
    const rows = tables.find((table) => table.id === id)?.rows.values() ?? []
    // The last attempt to replace the configuration is the one that counts.
    const found = [...rows].slice(0, id === 'reloads' ? 1 : undefined).flatMap((cells) => rule(cells as Parameters<typeof rule>[0]) ?? [])
    const shown = found.slice(0, most).map(([text, filter, table = id]): Notice => ({ text, table, filter }))
    return found.length > most ? [...shown, { text: `${found.length - most} more in ${id}`, table: id, filter: '' }] : shown
  })
}

function writeTime (time: number): string {
  return new Date(time).toISOString().replace('T', ' ').replace(/\.\d+/, '')
}

type Rule = (cells: readonly (string | number)[]) => readonly (readonly [text: string, filter: string, table?: string])[] | null

/** In the order in which they are read: what fails, before what may fail. */
const rules: Readonly<Record<string, Rule>> = {
  hosts ([origin, , , state, since, , reason, , failures, errors, , , , was]) {
    if (String(state).startsWith('out')) return [[`Host ${origin} is ${state}, since ${writeTime(Number(since))}: ${reason}`, String(origin)]]
    const rate = Number(failures) + Number(errors)
    // Its backends, with their settings.
    return rate > 0 ? [[`Host ${origin} fails ${Math.round(rate * 10) / 10} times per second: ${was}`, String(origin), 'backends']] : null
  },
  endpoints: ([method, endpoint, all, errors]) => Number(errors) > 0
    ? [[`${method} ${endpoint}: ${errors} of ${all} requests per second end with 5xx`, `${method} ${endpoint}`]]
    : null,
  breakers: ([name, method, endpoint, , open, halfOpen, , since]) => Number(open) + Number(halfOpen) > 0
    ? [[`Circuit breaker ${name} of ${method} ${endpoint} is ${Number(open) > 0 ? 'open' : 'half open'}${since === null ? '' : `, since ${writeTime(Number(since))}`}`, String(name)]]
    : null,
  limits: ([name, method, endpoint, backend, allowed, refused]) => Number(refused) > (Number(allowed) + Number(refused)) * manyRefused
    ? [[`Rate limit ${name} of ${[method, endpoint, backend].filter(Boolean).join(' ') || 'the service'} refuses ${refused} requests per second, and allows ${allowed}`, [name, method, endpoint].filter(Boolean).join(' ')]]
    : null,
  keys: ([url, since]) => since == null ? null : [[`Key set ${url} cannot be fetched, since ${writeTime(Number(since))}`, String(url)]],
  certificates: ([subject, use, from, , days]) => Number(days) < soon && use !== 'authority'
    ? [[`Certificate ${subject} (${from}) ${Number(days) < 0 ? 'has expired' : `expires in ${Math.floor(Number(days))} days`}`, String(subject)]]
    : null,
  reloads: ([at, result, , text]) => result === 'failure' ? [[`The configuration was not replaced at ${writeTime(Number(at))}: ${text}`, '']] : null,
  workers: ([id, , state]) => state === 'serving' ? null : [[`Worker ${id} does not serve`, '']]
}
