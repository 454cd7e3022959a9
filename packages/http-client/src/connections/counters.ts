// Causes come from OpenSSL and from servers: beyond this number they are summed up.
const maxNames = 64

/** Counts one more under a name. */
export function addTo (counters: Record<string, number>, name: string): void {
  const key = counters[name] !== undefined || Object.keys(counters).length < maxNames ? name : 'other'
  counters[key] = (counters[key] ?? 0) + 1
}

/** Notes that something happened now, under a name. */
export function noteTime (times: Record<string, number>, name: string): void {
  times[times[name] !== undefined || Object.keys(times).length < maxNames ? name : 'other'] = Date.now()
}

/**
 * Sums counters of one kind up; what one of them lacks counts as 0. Of times, which are below names that end in `At`, it is the later one.
 */
function sumCounters <Kind extends object> (a: Kind, b: Kind, areTimes = false): Kind {
  const sum = { ...a } as Record<string, unknown>
  for (const [name, value] of Object.entries(b)) {
    const other = sum[name]
    if (other === undefined) sum[name] = value
    else if (typeof value === 'number') sum[name] = areTimes ? Math.max(other as number, value) : (other as number) + value
    else sum[name] = sumCounters(other as object, value, name.endsWith('At'))
  }
  return sum as Kind
}

/** What was counted by those that are gone, by name. */
export class Totals <Kind extends object> {
  readonly #gone = new Map<string, Kind>()
  readonly #max: number

  /** @param max how many names are told apart; the rest is summed up as `other` */
  constructor (max: number) {
    this.#max = max
  }

  add (name: string, counters: Kind): void {
    addUp(this.#gone, this.#gone.has(name) || this.#gone.size < this.#max ? name : 'other', counters)
  }

  /** Copies of what is gone and what is there, by name. */
  list (there: Iterable<readonly [name: string, counters: Kind]>): [name: string, counters: Kind][] {
    const all = new Map(this.#gone)
    for (const [name, counters] of there) addUp(all, name, counters)
    return Array.from(all, ([name, counters]) => [name, structuredClone(counters)])
  }
}

function addUp <Kind extends object> (all: Map<string, Kind>, name: string, counters: Kind): void {
  const sum = all.get(name)
  all.set(name, sum === undefined ? counters : sumCounters(sum, counters))
}
