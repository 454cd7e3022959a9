import { readNames } from '../certificates/certificate-names.ts'
import type { Anchor } from './trust-anchors.ts'
import { findSystemStore } from './trust-system.ts'

/**
 * What a client trusts. A context that holds a whole system store costs 20 ms and 1 MB, and contexts cannot share
 * one: so a context starts with the short lists, and takes from the long ones only what servers' chains lead to.
 */
export interface Trust {
  /** PEM texts for a new context. */
  initial (): string[]
  /** Certificates of the long lists that a chain (DER) may end in and the context does not hold. */
  findMissing (chain: readonly Buffer[], held: ReadonlySet<string>): string[]
}

// A list this short is loaded whole: a company's own authorities, not a public bundle.
const short = 16

/** Decides what is trusted: the lists of `ca_certs`, and the system's store unless it is turned off. */
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
