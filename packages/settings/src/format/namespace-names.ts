import { foldKey } from '../words/fold-key.ts'
import { knownNamespaces } from './known-namespaces.ts'
import { legacyNamespaces } from './legacy-namespaces.ts'

/**
 * Today's name of each known name, old or new, by its spelling without case.
 *
 * @param more names beside those of KrakenD: of custom features
 */
export function namespaceNames (more: readonly string[] = []): Map<string, string> {
  return new Map([
    ...Object.keys(knownNamespaces).map((name) => [foldKey(name), name] as const),
    ...more.map((name) => [foldKey(name), name] as const),
    ...Object.entries(legacyNamespaces).map(([old, name]) => [foldKey(old), name] as const)
  ])
}
