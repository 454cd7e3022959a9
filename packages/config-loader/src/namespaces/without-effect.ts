import type { Place } from '@floodgate/core'
import type { Report } from '../locate/problem.ts'

/** Largest number of names in a line. */
const named = 12

/** What takes the place of telemetry that is not here. */
const successor = '; telemetry/opentelemetry reports metrics and traces to any collector'

/** Settings without an effect here that no response depends on: they are reported in one line. */
export class WithoutEffect {
  readonly #namespaces = new Map<string, Place[]>()
  readonly #keys = new Map<string, Place[]>()

  /** A namespace that adds something: telemetry, documentation. */
  addNamespace (name: string, place: Place): void {
    add(this.#namespaces, name, place)
  }

  /** A key that is not needed here. */
  addKey (name: string, place: Place): void {
    add(this.#keys, name, place)
  }

  /** Reports all of them: one warning for namespaces, one for keys. */
  report (report: Report): void {
    // In strict mode they are reported at their places.
    const telemetry = [...this.#namespaces].find(([name]) => name.startsWith('telemetry/'))
    const first = telemetry ?? [...this.#namespaces][0]
    if (first !== undefined) {
      report(
        {
          severity: 'warning',
          code: 'unsupported-addition',
          place: first[1][0]!,
          at: 'key',
          message: `not implemented by this gateway, but no response depends on it: ${list(this.#namespaces)}${telemetry === undefined ? '' : successor}`,
          strict: telemetry !== undefined
        }
      )
    }
    const key = [...this.#keys][0]
    if (key !== undefined) {
      report(
        {
          severity: 'warning',
          code: 'needless-key',
          place: key[1][0]!,
          at: 'key',
          message: `not needed by this gateway, so without effect: ${list(this.#keys)}`
        }
      )
    }
  }
}

function add (places: Map<string, Place[]>, name: string, place: Place): void {
  const known = places.get(name)
  if (known === undefined) places.set(name, [place])
  else known.push(place)
}

function list (places: ReadonlyMap<string, readonly Place[]>): string {
  const names = Array.from(places, ([name, { length }]) => length === 1 ? name : `${name} (${length} times)`)
  return names.length > named ? `${names.slice(0, named).join(', ')} and ${names.length - named} more` : names.join(', ')
}
