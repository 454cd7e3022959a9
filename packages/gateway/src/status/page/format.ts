/// <reference lib="dom" />
import type { Cell, Unit } from '../tables/table.ts'

/** Writes a value for people. In the browser. */
export function format (cell: Cell, unit: Unit): string {
  if (cell === null || cell === '') return '–'
  // What would be invisible, or would turn the text around it, is shown as its code.
  if (typeof cell === 'string') {
    // eslint-disable-next-line no-control-regex -- control characters are what it is for
    return cell.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, (character) =>
      `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
  }
  const digits = (value: number, most: number): string => value.toLocaleString('en', { maximumFractionDigits: most })
  switch (unit) {
    case 'seconds': return cell < 1 ? `${digits(cell * 1000, cell < 0.01 ? 2 : 0)} ms` : `${digits(cell, 2)} s`
    case 'bytes': return cell < 1_048_576 ? `${digits(cell / 1024, 0)} KB` : `${digits(cell / 1_048_576, 1)} MB`
    case 'time': return new Date(cell).toISOString().replace('T', ' ').replace(/\.\d+/, '')
    case 'days': return digits(cell, 0)
    default: return digits(cell, 1)
  }
}
