/// <reference lib="dom" />
import type { format } from './format.ts'
import type { shorten } from './shorten.ts'
import type { Address } from './address.ts'
import type { About, Point, ShownTable } from './shapes.ts'
import type { Cell, Unit } from '../tables/table.ts'

/** The first part of the page. In the browser. */
export interface Overview {
  /** @param seconds over which rates and quantiles are */
  show (about: About, point: Point | undefined, seconds: number, tables: ReadonlyMap<string, ShownTable>): void
}

export function createOverview (write: typeof format, cut: typeof shorten, address: Pick<Address, 'link'>): Overview {
  const tiles = document.getElementById('tiles')!
  const window = document.getElementById('window')!
  const metrics = document.getElementById('tile-metrics')!
  const notices = document.getElementById('notices')!
  const values = new Map<string, HTMLElement>()
  let shown = ''

  const setTile = (title: string, metric: string, cell: Cell, unit: Unit): void => {
    let value = values.get(title)
    if (value === undefined) {
      const tile = document.createElement('div')
      const term = document.createElement('dt')
      value = document.createElement('dd')
      term.textContent = title
      tile.title = metric
      tile.append(term, value)
      tiles.append(tile)
      const named = document.createElement('dt')
      const name = document.createElement('dd')
      named.textContent = title
      name.textContent = metric
      metrics.append(named, name)
      values.set(title, value)
    }
    const text = write(cell, unit)
    if (value.textContent !== text) value.textContent = text
  }

  const showNotices = ({ notices: list }: About): void => {
    const text = JSON.stringify(list)
    if (text === shown) return
    shown = text
    notices.className = list.length > 0 ? 'bad' : ''
    // Links stay the same elements, so that one that has the focus keeps it.
    const links = Array.from(notices.querySelectorAll('a'))
    list.forEach(({ text, table, filter }, i) => {
      const link = links[i] ?? document.createElement('a')
      link.href = address.link(table, filter)
      link.textContent = cut(write(text, 'text'), 400)
      if (links[i] !== undefined) return
      const item = document.createElement('li')
      item.append(link)
      if (i === 0) notices.replaceChildren(item)
      else notices.append(item)
    })
    for (const link of links.slice(list.length)) link.parentElement!.remove()
    if (list.length > 0) return
    const item = document.createElement('li')
    item.textContent = 'Nothing: no host fails or is out, no endpoint answers with 5xx, circuit breakers are closed, limits refuse less than 10 %, key sets can be fetched, certificates are valid for 14 days or more.'
    notices.replaceChildren(item)
  }

  return {
    show (about, point, seconds, tables) {
      const over = seconds === 0 ? 'Rates and latency come with the next second.' : `Rates and latency are those of the last ${seconds} s.`
      if (window.textContent !== over) window.textContent = over
      const requests = 'floodgate_http_requests_total'
      const duration = 'floodgate_http_request_duration_seconds'
      setTile('Requests/s', requests, point?.[1] ?? null, 'rate')
      setTile('5xx/s', requests, point?.[2] ?? null, 'rate')
      setTile('p50', duration, point?.[3] ?? null, 'seconds')
      setTile('p99', duration, point?.[4] ?? null, 'seconds')
      setTile('In flight', 'floodgate_http_requests_in_flight', point?.[6] ?? null, 'number')
      setTile('Event loop delay', 'floodgate_event_loop_delay_max_seconds', point?.[5] ?? null, 'seconds')
      setTile('Endpoints', 'configuration', tables.get('endpoints')?.rows.size ?? null, 'number')
      setTile('Revision', 'floodgate_config_info', about.revision, 'text')
      const [reload] = [...tables.get('reloads')?.rows.values() ?? []].sort(([one], [other]) => Number(other) - Number(one))
      setTile('Last reload', 'floodgate_config_reloads_total', reload === undefined ? 'none' : reload[1]!, 'text')
      const workers = tables.get('workers')
      if (workers !== undefined) {
        const serving = [...workers.rows.values()].filter(([, , state]) => state === 'serving').length
        setTile('Workers', 'floodgate_workers', `${serving} of ${workers.rows.size}`, 'text')
      }
      showNotices(about)
    }
  }
}
