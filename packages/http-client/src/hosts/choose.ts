import type { Host } from './host.ts'

/** Chooses a host of a list that is not empty. */
export type Choose = (hosts: readonly Host[]) => Host

/** Hosts take turns, from a random start. */
export function chooseInTurn (): Choose {
  let next = Math.floor(Math.random() * 65536)
  return (hosts) => {
    const host = hosts[next % hosts.length]!
    next = (next + 1) % 2 ** 30
    return host
  }
}

/** Each host is chosen by its share of all weights; all alike if none has one. */
export function chooseByWeight (): Choose {
  return (hosts) => {
    let total = 0
    for (const { weight } of hosts) total += weight
    if (total === 0) return hosts[Math.floor(Math.random() * hosts.length)]!
    let left = Math.floor(Math.random() * total)
    for (const host of hosts) {
      if (left < host.weight) return host
      left -= host.weight
    }
    return hosts.at(-1)!
  }
}
