import { createRequire } from 'node:module'

/** Keys under which undici keeps what it has no options for (undici 7, lib/core/symbols.js). */
const symbols = load()

/** Finds one by its name. Should it go away, it is a symbol that undici does not look at. */
export function undiciSymbol (name: string): symbol {
  return symbols[name] ?? Symbol(name)
}

function load (): Record<string, symbol> {
  try {
    return createRequire(import.meta.url)('undici/lib/core/symbols.js') as Record<string, symbol>
  } catch {
    return {}
  }
}
