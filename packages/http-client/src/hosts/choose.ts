import type { Host } from './host.ts'

/** Chooses a host of a list that is not empty. */
export type Choose = (hosts: readonly Host[]) => Host

/** A choice by weight begins at one of so many places at random. */
const starts = 64

/**
 * Hosts take turns, from a random start. Lists of different lengths have turns of their own: if those of a backend and those that
 * remain for a request that failed shared them, each failure would skip the host behind the one that fails.
 */
export function chooseInTurn (): Choose {
  /** The position of the next host, by length of the list. */
  const turns = new Map<number, number>()
  return (hosts) => {
    const { length } = hosts
    const turn = turns.get(length) ?? Math.floor(Math.random() * length)
    turns.set(length, (turn + 1) % length)
    return hosts[turn]!
  }
}

/**
 * Each host is chosen as often as its weight says, evenly spread (smooth weighted round robin, as in nginx), from a
 * random start; those of weight 0 only if no other is left, in turn.
 */
export function chooseByWeight (): Choose {
  const inTurn = chooseInTurn()
  /** How much each host is due; the one that is due most is chosen. */
  const dues = new WeakMap<Host, number>()
  let hasBegun = false

  function choose (hosts: readonly Host[]): Host {
    let total = 0
    let best: Host | null = null
    let most = -Infinity
    for (const host of hosts) {
      if (host.weight === 0) continue
      total += host.weight
      const due = (dues.get(host) ?? 0) + host.weight
      dues.set(host, due)
      if (due > most) {
        best = host
        most = due
      }
    }
    if (best === null) return inTurn(hosts)
    dues.set(best, most - total)
    return best
  }

  return (hosts) => {
    if (!hasBegun) for (let i = Math.floor(Math.random() * starts); i > 0; i--) choose(hosts)
    hasBegun = true
    return choose(hosts)
  }
}
