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
/** Notices of one kind: the table has all of them. */
const most = 5

/** Finds the states that need attention in the tables. */
export function findNotices (tables: readonly Table[]): Notice[] {
  return tables.flatMap(({ id, rows }) => {
    const rule = rules[id]
    if (rule === undefined) return []
    const found = [...rows.values()].flatMap((cells) => rule(cells as Parameters<typeof rule>[0]) ?? [])
    const shown = found.slice(0, most).map(([text, filter]): Notice => ({ text, table: id, filter }))
    return found.length > most ? [...shown, { text: `${found.length - most} more in ${id}`, table: id, filter: '' }] : shown
  })
}

type Rule = (cells: readonly (string | number)[]) => readonly [text: string, filter: string][] | null

const rules: Readonly<Record<string, Rule>> = {
  hosts: ([origin, , , state, , , reason]) => String(state).startsWith('out') ? [[`Host ${origin} is ${state}: ${reason}`, String(origin)]] : null,
  breakers: ([name, method, endpoint, , open]) => Number(open) > 0 ? [[`Circuit breaker ${name} of ${method} ${endpoint} is open`, String(name)]] : null,
  certificates: ([subject, use, from, , days]) => Number(days) < soon && use !== 'authority'
    ? [[`Certificate ${subject} (${from}) ${Number(days) < 0 ? 'has expired' : `expires in ${Math.floor(Number(days))} days`}`, String(subject)]]
    : null,
  workers: ([id, , state]) => state === 'serving' ? null : [[`Worker ${id} does not serve`, '']]
}
