import type { Terminal } from '../terminal.ts'

/** Prints machine-readable data: one value as indented JSON. */
export function printJson (value: unknown, { out }: Terminal): void {
  out(`${JSON.stringify(value, null, 2)}\n`)
}
