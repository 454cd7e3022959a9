/// <reference lib="dom" />
import type { parts } from './parts.ts'
import type { About, All, Change, Point, ShownTable } from './shapes.ts'

/** Follows the stream and shows what it sends. In the browser. */
export function startPage ({ format, shorten, createAddress, createPlots, createOverview, createTableView }: typeof parts): void {
  const mostPoints = 3_600
  const connection = document.getElementById('connection')!
  const tabs = document.getElementById('tabs')!
  const tables = new Map<string, ShownTable>()
  const links = new Map<string, HTMLAnchorElement>()
  let about: About | null = null
  let points: Point[] = []
  let seconds = 0

  const address = createAddress(show)
  const overview = createOverview(format, shorten, address)
  const plots = createPlots()
  const view = createTableView(format, shorten, address)

  function show (): void {
    if (about === null) return
    const place = address.read()
    const table = tables.get(place.table)
    document.getElementById('overview')!.hidden = table !== undefined
    document.getElementById('table-view')!.hidden = table === undefined
    for (const [id, link] of links) {
      if (id === (table?.id ?? 'overview')) link.setAttribute('aria-current', 'page')
      else link.removeAttribute('aria-current')
    }
    if (table !== undefined) return view.show(table, place, seconds)
    overview.show(about, points.at(-1), seconds, tables)
    plots.draw(points)
  }

  function showTabs (): void {
    const named = [['overview', 'Overview'] as const, ...[...tables.values()].map(({ id, title }) => [id, title] as const)]
    // Links stay the same elements, so that one that has the focus keeps it.
    if (named.length === links.size && named.every(([id]) => links.has(id))) return
    links.clear()
    tabs.replaceChildren(...named.map(([id, title]) => {
      const item = document.createElement('li')
      const link = document.createElement('a')
      link.href = address.link(id)
      link.textContent = title
      links.set(id, link)
      item.append(link)
      return item
    }))
  }

  function tell (state: 'live' | 'lost', text = state === 'live' ? 'Live' : 'Connection lost: trying again …'): void {
    if (connection.textContent !== text) connection.textContent = text
    connection.className = state
  }

  function setAbout (given: About): void {
    about = given
    const name = given.name === '' ? 'Floodgate' : shorten(format(given.name, 'text'), 100)
    document.getElementById('name')!.textContent = name
    document.getElementById('about')!.textContent = `Floodgate ${given.version}, Node ${given.node}, revision ${given.revision}`
    document.title = `${given.notices.length > 0 ? `(${given.notices.length}) ` : ''}${name} status`
  }

  /** Finds out why there is no stream. */
  async function explain (): Promise<void> {
    const { status } = await fetch('/events', { method: 'HEAD' })
    // The page asks for the token, and leads back to the same address.
    if (status === 401) location.reload()
    else if (status === 503) tell('lost', 'Too many viewers: trying again …')
  }

  function follow (): void {
    const stream = new EventSource('/events')
    stream.addEventListener('all', ({ data }: MessageEvent<string>) => {
      const all = JSON.parse(data) as All
      tables.clear()
      for (const { rows, shared, ...table } of all.tables) {
        tables.set(table.id, { ...table, rows: new Map(rows), shared: shared === undefined ? null : new Map(shared) })
      }
      points = [...all.points]
      seconds = all.seconds
      setAbout(all.about)
      showTabs()
      tell('live')
      show()
    })
    stream.addEventListener('change', ({ data }: MessageEvent<string>) => {
      const change = JSON.parse(data) as Change
      points.push(change.point)
      seconds = change.seconds
      if (points.length > mostPoints) points.shift()
      for (const { id, set, gone, shared = [] } of change.tables) {
        const table = tables.get(id)
        for (const key of gone) table?.rows.delete(key)
        for (const [key, cells] of set) table?.rows.set(key, cells)
        for (const [key, cells] of shared) table?.shared?.set(key, cells)
      }
      if (change.about !== undefined) setAbout(change.about)
      show()
    })
    stream.addEventListener('error', () => {
      tell('lost')
      // The browser tries again by itself, but not after a refusal.
      if (stream.readyState === EventSource.CLOSED) explain().catch(() => {}).finally(() => { setTimeout(follow, 5_000) })
    })
  }

  follow()
}
