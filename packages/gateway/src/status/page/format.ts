/// <reference lib="dom" />
import type { Cell, Unit } from '../tables/table.ts'

/** Writes a value for people. In the browser. */
export function format (cell: Cell, unit: Unit): string {
  if (cell === null || cell === '') return '–'
  if (typeof cell === 'string') return cell
  const digits = (value: number, most: number): string => value.toLocaleString('en', { maximumFractionDigits: most })
  switch (unit) {
    case 'seconds': return cell < 1 ? `${digits(cell * 1000, cell < 0.01 ? 2 : 0)} ms` : `${digits(cell, 2)} s`
    case 'bytes': return cell < 1_048_576 ? `${digits(cell / 1024, 0)} KB` : `${digits(cell / 1_048_576, 1)} MB`
    case 'time': return new Date(cell).toISOString().replace('T', ' ').replace(/\.\d+/, '')
    case 'days': return digits(cell, 0)
    default: return digits(cell, 1)
  }
}
