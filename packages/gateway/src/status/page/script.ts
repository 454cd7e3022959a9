import { createAddress } from './address.ts'
import { format } from './format.ts'
import { createOverview } from './overview.ts'
import { createPlots } from './plots.ts'
import { startPage } from './start-page.ts'
import { createTableView } from './table-view.ts'

/** What the page's script consists of. */
export const parts = { format, createAddress, createPlots, createOverview, createTableView }

/**
 * Returns the script of the page. Each part is a function that refers to nothing outside itself but what the page passes to it,
 * so that its own text is what the browser gets.
 */
export function scriptText (): string {
  const members = Object.entries(parts).map(([name, part]) => `${JSON.stringify(name)}: ${part.toString()}`)
  return `'use strict';\n(${startPage.toString()})({ ${members.join(',\n')} })`
}
