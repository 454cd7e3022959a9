import { readNames } from '../certificates/certificate-names.ts'
import type { Anchor } from './trust-anchors.ts'
import { findSystemStore } from './trust-system.ts'

/**
 * The certificates that a client trusts. A context with the whole system store costs 20 ms and 1 MB, and contexts
 * cannot share one: so a context starts with the short lists, and adds from the long ones only the roots of servers'
 * chains.
 */
export interface Trust {
  /** PEM texts for a new context. */
  initial (): string[]
  /** Certificates of the long lists that a chain (DER) may end in and that the context does not have. */
  findMissing (chain: readonly Buffer[], held: ReadonlySet<string>): string[]
}

// A list up to this length is loaded completely: a company's own authorities, not a public bundle.
const short = 16

/** Creates the trust of a client: the lists of `ca_certs`, and the system's store unless it is disabled. */
export function createTrust (lists: readonly (readonly Anchor[])[], { system, env }: { system: boolean, env: NodeJS.ProcessEnv }): Trust {
  const store = system ? findSystemStore(env) : null
  const own = { lists: lists.filter(isLong), found: new Set<string>() }
  const eager = [...lists, ...store?.named ?? []].filter((list) => !isLong(list)).flat().map(({ pem }) => pem)
  return {
    initial: () => [...new Set([...eager, ...own.found, ...store?.found ?? []])],
    findMissing (chain, held) {
      const names = new Set(chain.flatMap((raw) => Object.values(readNames(raw) ?? {})))
      const missing: string[] = []
      const search = (from: readonly (readonly Anchor[])[], found: Set<string>): void => {
        for (const { pem, subject } of from.flat()) {
          if (!names.has(subject) || held.has(pem)) continue
          found.add(pem)
          missing.push(pem)
        }
      }
      search(own.lists, own.found)
      if (store) search([...store.named, ...store.rest()], store.found)
      return missing
    }
  }
}

function isLong (list: readonly Anchor[]): boolean {
  return list.length > short
}
