import type { MetricLabels } from '@floodgate/core'
import { nameBackend, type Facts } from './facts.ts'
import { columnsOf, keyOf, type LiveTable } from './pivot.ts'
import type { Column, Table } from './table.ts'
import { createRow, createTally, type Figure, type TallyRow } from './tally.ts'

const labels = [['method', 'Method'], ['endpoint', 'Endpoint'], ['backend', 'Backend']] as const
const names = ['method', 'endpoint', 'backend', 'client']
/** Before the figures, which many rows share, and behind them. */
const [before, behind]: readonly (readonly Column[])[] = [
  [{ title: 'Hosts', unit: 'text', metric: null }],
  [{ title: 'Client settings', unit: 'details', metric: null }, { title: 'Client', unit: 'text', metric: null }]
]

/**
 * Makes the table of backends. Metrics tell what happens to hosts that are called with some client settings: backends that have both in
 * common have the same figures, which are computed and sent once.
 */
export function createBackendsTable ({ ofBackend, backends }: Facts, figures: readonly Figure[]): LiveTable {
  const groups = new Map<string, TallyRow>()
  /** By client, and by client and origin; `*` = all of them. */
  const targets = new Map<string, TallyRow[]>()
  const tally = createTally({ figures, begin () {}, rowsOf, rows: () => groups.values() })
  let known: readonly MetricLabels[] = []
  let table: Table = {
    id: 'backends',
    title: 'Backends',
    empty: 'The configuration has no backend.',
    columns: [...columnsOf(labels, before!, figures), ...behind!],
    rows: new Map(),
    shared: new Map(),
    sharedAt: labels.length + before!.length
  }

  function rowsOf ({ client = '', origin, destination = origin, proxy }: MetricLabels): readonly TallyRow[] {
    // Connections that end at a proxy are for any host.
    if (destination === undefined || destination === proxy) return targets.get(client) ?? []
    return [...targets.get(`${client}\n${destination}`) ?? [], ...targets.get(`${client}\n*`) ?? []]
  }

  function target (key: string, row: TallyRow): void {
    const rows = targets.get(key)
    if (rows === undefined) targets.set(key, [row])
    else if (!rows.includes(row)) rows.push(row)
  }

  function arrange (): Map<string, string[]> {
    groups.clear()
    targets.clear()
    const numbers = new Map<string, string>()
    return new Map(known.map((of) => {
      const { hosts = '', settings = '', origins = null } = ofBackend.get(nameBackend(of)) ?? {}
      const { client = '' } = of
      const group = `${client}\n${origins?.join(' ') ?? ''}`
      let name = numbers.get(group)
      if (name === undefined) {
        numbers.set(group, name = String(numbers.size))
        const row = createRow()
        groups.set(name, row)
        target(client, row)
        for (const origin of origins ?? ['*']) target(`${client}\n${origin}`, row)
      }
      return [keyOf(of, names), [...labels.map(([label]) => of[label] ?? ''), hosts, name, settings, client]]
    }))
  }

  return {
    read (history) {
      const given = backends(history.of('floodgate_client_info').samples)
      const isOther = given !== known
      known = given
      const rows = isOther ? arrange() : table.rows
      tally.look(history, isOther || history.isYoung, isOther)
      let hasChanged = isOther
      const shared = new Map(Array.from(groups, ([name, row]) => {
        hasChanged ||= row.hasChanged
        return [name, row.cells]
      }))
      if (hasChanged) table = { ...table, rows, shared }
      return table
    }
  }
}
