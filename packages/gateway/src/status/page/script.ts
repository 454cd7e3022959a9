import { parts } from './parts.ts'
import { startPage } from './start-page.ts'

/**
 * Returns the script of the page. Each part is a function that refers to nothing outside itself but what the page passes to it,
 * so that its own text is what the browser gets.
 */
export function scriptText (): string {
  const members = Object.entries(parts).map(([name, part]) => `${JSON.stringify(name)}: ${part.toString()}`)
  return `'use strict';\n(${startPage.toString()})({ ${members.join(',\n')} })`
}
