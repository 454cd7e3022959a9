import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'

const FRAME = /(file:\/\/[^\s()?]+)(?:\?floodgate=[0-9a-f]+)?(?::(\d+))?(?::(\d+))?/g

/**
 * Finds where an error was thrown, as `orders.mjs:12:5`: in a module, or else in what it called. Null where its stack
 * does not tell.
 *
 * @param file of the module
 */
export function placeInStack ({ stack = '' }: Error, file: string): string | null {
  let first: string | null = null
  for (const [, address, line, column] of stack.matchAll(FRAME)) {
    if (line === undefined) continue
    const at = `:${line}${column === undefined ? '' : `:${column}`}`
    const path = pathOf(address!)
    if (path === file) return basename(file) + at
    first ??= path + at
  }
  return first
}

function pathOf (address: string): string {
  try {
    return fileURLToPath(address)
  } catch {
    return address
  }
}
