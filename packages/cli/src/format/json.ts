import type { Terminal } from '../terminal.ts'

/** Prints data for machines: indented JSON, one value. */
export function printJson (value: unknown, { out }: Terminal): void {
  out(`${JSON.stringify(value, null, 2)}\n`)
}
