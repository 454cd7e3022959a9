/** An element of a layout, by its reference text; `.000` and `.999` stand for any number of digits. */
export type Element =
  'January' | 'Jan' | '1' | '01' | 'Monday' | 'Mon' | '2' | '_2' | '02' | '__2' | '002' | '15' | '3' | '03' | '4' |
  '04' | '5' | '05' | '2006' | '06' | 'PM' | 'pm' | 'MST' | Offset | '.000' | '.999'

export type Offset =
  'Z0700' | 'Z070000' | 'Z07' | 'Z07:00' | 'Z07:00:00' | '-0700' | '-070000' | '-07' | '-07:00' | '-07:00:00'

/** A piece of a layout: plain text, then an element (null at the end). */
export interface Chunk {
  readonly prefix: string
  readonly element: Element | null
  /** The element as it is written. */
  readonly text: string
}

/** Elements in the order in which they are tried, longer ones first. */
const ELEMENTS: readonly Element[] = [
  'January', 'Jan', 'Monday', 'Mon', 'MST', '002', '01', '02', '03', '04', '05', '06', '15', '1', '2006', '2', '__2', '_2',
  '3', '4', '5', 'PM', 'pm', '-070000', '-07:00:00', '-0700', '-07:00', '-07', 'Z070000', 'Z07:00:00', 'Z0700', 'Z07:00', 'Z07'
]
const FRACTION = /[.,](0+|9+)(?!\d)/y

// eslint-disable-next-line no-restricted-syntax -- layouts of configurations and formats, and at most so many
const layouts = new Map<string, Chunk[]>()
const MOST_LAYOUTS = 100

/** Cuts a layout of the time package into its elements. */
export function parseLayout (layout: string): readonly Chunk[] {
  let chunks = layouts.get(layout)
  if (chunks === undefined) {
    if (layouts.size >= MOST_LAYOUTS) layouts.clear()
    layouts.set(layout, chunks = cut(layout))
  }
  return chunks
}

function cut (layout: string): Chunk[] {
  const chunks: Chunk[] = []
  let from = 0
  for (let at = 0; at < layout.length;) {
    const found = elementAt(layout, at)
    if (found === null) {
      at++
      continue
    }
    chunks.push({ prefix: layout.slice(from, found.at), element: found.element, text: found.text })
    from = at = found.at + found.text.length
  }
  chunks.push({ prefix: layout.slice(from), element: null, text: '' })
  return chunks
}

function elementAt (layout: string, at: number): { at: number, element: Element, text: string } | null {
  FRACTION.lastIndex = at
  const fraction = FRACTION.exec(layout)
  if (fraction !== null) return { at, element: fraction[1]!.startsWith('0') ? '.000' : '.999', text: fraction[0] }
  // `_2006` is an underscore before a year, not a padded day.
  if (layout.startsWith('_2006', at)) return { at: at + 1, element: '2006', text: '2006' }
  for (const element of ELEMENTS) {
    if (!layout.startsWith(element, at)) continue
    if ((element === 'Jan' || element === 'Mon') && /^[a-z]/.test(layout.slice(at + 3, at + 4))) continue
    return { at, element, text: element }
  }
  return null
}
