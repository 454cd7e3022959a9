/// <reference lib="dom" />
import type { Place } from './shapes.ts'

/** The part of the page that its address names, so that it can be linked. In the browser. */
export interface Address {
  read (): Place
  /** Writes it without a new entry in the browser's history, and shows it. */
  change (change: Partial<Place>): void
  /** Returns a link. */
  link (table: string, filter?: string): string
}

/** @param onChange the address is another one */
export function createAddress (onChange: () => void): Address {
  const decode = (text: string): string => {
    try {
      return decodeURIComponent(text)
    } catch {
      // Typed by hand, or cut off: there is no such table.
      return text
    }
  }
  const read = (): Place => {
    const [, table = '', query = ''] = /^#?([^?]*)\??([^]*)$/.exec(location.hash)!
    const values = new URLSearchParams(query)
    const sort = /^-?\d+$/.exec(values.get('sort') ?? '')?.[0]
    const page = Number(values.get('page') ?? 1)
    return {
      table: decode(table) || 'overview',
      filter: values.get('q') ?? '',
      sort: sort === undefined ? null : Math.abs(Number(sort)) - 1,
      isDescending: sort?.startsWith('-') === true,
      page: Number.isInteger(page) && page > 0 ? page - 1 : 0
    }
  }
  const write = ({ table, filter, sort, isDescending, page }: Place): string => {
    const values = new URLSearchParams()
    if (filter !== '') values.set('q', filter)
    if (sort !== null) values.set('sort', `${isDescending ? '-' : ''}${sort + 1}`)
    if (page > 0) values.set('page', String(page + 1))
    const query = values.toString()
    return `#${encodeURIComponent(table)}${query === '' ? '' : `?${query}`}`
  }
  addEventListener('hashchange', onChange)
  return {
    read,
    change (change) {
      history.replaceState(null, '', write({ ...read(), ...change }))
      onChange()
    },
    link: (table, filter = '') => write({ table, filter, sort: null, isDescending: false, page: 0 })
  }
}
