import { createAddress } from './address.ts'
import { format } from './format.ts'
import { createOverview } from './overview.ts'
import { createPlots } from './plots.ts'
import { shorten } from './shorten.ts'
import { createTableView } from './table-view.ts'

/** What the page's script consists of, beside `startPage`, which gets it. */
export const parts = { format, shorten, createAddress, createPlots, createOverview, createTableView }
