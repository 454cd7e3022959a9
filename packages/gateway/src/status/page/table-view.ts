/// <reference lib="dom" />
import type { Address } from './address.ts'
import type { format } from './format.ts'
import type { shorten } from './shorten.ts'
import type { Place, ShownTable } from './shapes.ts'
import type { Cell, Unit } from '../tables/table.ts'

/** Shows one table, a page of its rows at a time. In the browser. */
export interface TableView {
  /** @param seconds over which rates and quantiles are */
  show (table: ShownTable, place: Place, seconds: number): void
}

export function createTableView (write: typeof format, cut: typeof shorten, address: Pick<Address, 'change'>): TableView {
  const rowsPerPage = 50
  /** Longer texts are shown on demand. */
  const longest = 300
  /** Columns that tables are ordered by at first, the latest time on top. */
  const firstOrders: Readonly<Record<string, number>> = { reloads: 0, failures: 4 }
  const find = <Kind extends HTMLElement>(id: string): Kind => document.getElementById(id) as Kind
  const head = document.querySelector<HTMLElement>('#scroll thead')!
  const body = document.querySelector<HTMLElement>('#scroll tbody')!
  const filter = find<HTMLInputElement>('filter')
  const previous = find<HTMLButtonElement>('previous')
  const next = find<HTMLButtonElement>('next')
  const range = find('range')
  /** What cells show. */
  const texts = new WeakMap<HTMLElement, string>()
  let shownHead = ''
  let lines = new Map<string, HTMLElement>()
  let page = 0

  filter.addEventListener('input', () => { address.change({ filter: filter.value, page: 0 }) })
  find('search').addEventListener('submit', (event) => { event.preventDefault() })
  previous.addEventListener('click', () => { address.change({ page: page - 1 }) })
  next.addEventListener('click', () => { address.change({ page: page + 1 }) })

  const isText = (unit: Unit): boolean => unit === 'text' || unit === 'details' || unit === 'state'

  const showHead = ({ id, title, columns }: ShownTable, { sort, isDescending }: Place): void => {
    const wanted = `${id} ${sort} ${isDescending} ${columns.length}`
    if (wanted === shownHead) return
    const isOther = shownHead.split(' ')[0] !== id
    shownHead = wanted
    if (!isOther) {
      Array.from(head.querySelectorAll('th')).forEach((cell, i) => { mark(cell, i, sort, isDescending) })
      return
    }
    find('table-title').textContent = title
    lines = new Map()
    body.replaceChildren()
    const row = document.createElement('tr')
    row.append(...columns.map(({ title, unit, metric }, i) => {
      const cell = document.createElement('th')
      const button = document.createElement('button')
      cell.scope = 'col'
      cell.setAttribute('role', 'columnheader')
      if (!isText(unit)) cell.className = 'figure'
      button.type = 'button'
      button.textContent = title
      if (metric !== null) button.title = metric
      button.addEventListener('click', () => {
        const isSorted = cell.ariaSort !== null && cell.ariaSort !== 'none'
        address.change({ sort: i, isDescending: isSorted ? cell.ariaSort === 'ascending' : !isText(unit), page: 0 })
      })
      cell.append(button)
      mark(cell, i, sort, isDescending)
      return cell
    }))
    row.setAttribute('role', 'row')
    head.replaceChildren(row)
    find('metrics').replaceChildren(...columns.filter(({ metric }) => metric !== null).flatMap(({ title, metric }) => {
      const term = document.createElement('dt')
      const name = document.createElement('dd')
      term.textContent = title
      name.textContent = metric
      return [term, name]
    }))
  }

  const mark = (cell: HTMLElement, i: number, sort: number | null, isDescending: boolean): void => {
    if (i === sort) cell.ariaSort = isDescending ? 'descending' : 'ascending'
    else cell.ariaSort = null
  }

  /** The rows with what they share with others. */
  const complete = ({ rows, shared, sharedAt = 0 }: ShownTable): [string, readonly Cell[]][] => shared === null
    ? [...rows]
    : Array.from(rows, ([key, cells]) =>
      [key, [...cells.slice(0, sharedAt), ...shared.get(String(cells[sharedAt])) ?? [], ...cells.slice(sharedAt + 1)]])

  const choose = (table: ShownTable, { filter, sort, isDescending }: Place): [string, readonly Cell[]][] => {
    const words = filter.toLowerCase().split(/\s+/).filter(Boolean)
    const { id, columns } = table
    let chosen = complete(table)
    if (words.length > 0) {
      chosen = chosen.filter(([, cells]) => {
        const text = cells.filter((cell) => typeof cell === 'string').join(' ').toLowerCase()
        return words.every((word) => text.includes(word))
      })
    }
    const column = sort ?? firstOrders[id] ?? null
    if (column === null || column >= columns.length) return chosen
    const sign = isDescending || sort === null ? -1 : 1
    return chosen.sort(([, one], [, other]) => {
      const [a = null, b = null] = [one[column], other[column]]
      // What has no value comes last.
      if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
      return sign * (typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b)))
    })
  }

  /** What is open, or has the focus, stays so. */
  const fillDetails = (cell: HTMLElement, first: string, others: string): void => {
    let details = cell.querySelector('details')
    if (details === null) {
      details = document.createElement('details')
      const rest = document.createElement('div')
      rest.className = 'lines'
      details.append(document.createElement('summary'), rest)
      cell.replaceChildren(details)
    }
    details.firstElementChild!.textContent = first
    details.lastElementChild!.textContent = others
  }

  const fill = (cell: HTMLElement, value: Cell, unit: Unit): void => {
    const text = write(value, unit)
    if (texts.get(cell) === text) return
    texts.set(cell, text)
    cell.classList.toggle('long', text.length > 40)
    const short = cut(text, longest)
    if (unit === 'details' && text.includes('\n')) {
      const [first = '', ...others] = text.split('\n')
      return fillDetails(cell, first, others.join('\n'))
    }
    if (short !== text) return fillDetails(cell, short, text)
    cell.textContent = text
    if (unit === 'state') cell.className = /^(?:in use|success|serving)/.test(text) ? 'good' : 'bad'
  }

  /** Puts lines in order. The one with the focus stays where it is, since an element that moves loses it, and the others move around it. */
  const arrange = (ordered: readonly HTMLElement[]): void => {
    const wanted = new Set<Element>(ordered)
    for (const line of Array.from(body.children)) if (!wanted.has(line)) line.remove()
    const focused = ordered.find((line) => line.contains(document.activeElement))
    let at = body.firstElementChild
    for (const line of ordered) {
      // What is left before it belongs behind it, and follows.
      if (line === at || line === focused) at = line.nextElementSibling
      else body.insertBefore(line, at)
    }
  }

  const showRows = (shown: readonly (readonly [string, readonly Cell[]])[], { columns }: ShownTable): void => {
    const kept = new Map<string, HTMLElement>()
    for (const [key, cells] of shown) {
      let line = lines.get(key)
      if (line === undefined) {
        line = document.createElement('tr')
        for (const { unit } of columns) {
          const cell = document.createElement('td')
          if (!isText(unit)) cell.className = 'figure'
          cell.setAttribute('role', 'cell')
          line.append(cell)
        }
        line.setAttribute('role', 'row')
      }
      columns.forEach(({ unit, title }, i) => {
        const cell = line.children[i] as HTMLElement
        fill(cell, cells[i] ?? null, unit)
        // For narrow screens, where each cell has a line of its own.
        cell.dataset['title'] = title
        cell.toggleAttribute('data-empty', cells[i] == null || cells[i] === '')
      })
      kept.set(key, line)
    }
    arrange([...kept.values()])
    lines = kept
  }

  return {
    show (table, place, seconds) {
      const isRate = table.columns.some(({ unit }) => unit === 'rate')
      const over = !isRate ? '' : seconds === 0 ? 'Rates and quantiles come with the next second.' : `Rates and quantiles are those of the last ${seconds} s.`
      if (find('table-window').textContent !== over) find('table-window').textContent = over
      showHead(table, place)
      if (filter.value !== place.filter) filter.value = place.filter
      const chosen = choose(table, place)
      const last = Math.max(0, Math.ceil(chosen.length / rowsPerPage) - 1)
      page = Math.min(place.page, last)
      const from = page * rowsPerPage
      const shown = chosen.slice(from, from + rowsPerPage)
      showRows(shown, table)
      find('scroll').hidden = shown.length === 0
      const empty = shown.length > 0 ? '' : table.rows.size === 0 ? table.empty : 'No row fits the filter.'
      if (find('empty').textContent !== empty) find('empty').textContent = empty
      const all = `${chosen.length}${chosen.length === table.rows.size ? '' : ` (of ${table.rows.size})`}`
      const text = shown.length === 0 ? `0 of ${table.rows.size}` : `${from + 1} to ${from + shown.length} of ${all}`
      // Screen readers say what changes here.
      if (range.textContent !== text) range.textContent = text
      previous.disabled = page === 0
      next.disabled = page === last
    }
  }
}
