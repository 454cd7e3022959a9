import type { Random } from '../attacks/random.mjs'
import type { Route } from '../conformance/suite.ts'
import type { ScriptCase } from './script.ts'

/** Makes cases of one part of the gateway. Seed, name and number decide everything about a case. */
export interface Theme {
  name: string
  /** Keys of the root that all cases of a batch share. */
  root?: (random: Random) => Record<string, unknown>
  /** Files of the configuration that all cases share. */
  files?: Record<string, unknown>
  make: (random: Random, place: Place) => Made
}

/** Where a case lives, apart from the others of its batch. */
export interface Place {
  /** In front of its endpoints and of the paths of its upstreams, such as `/c17`. */
  prefix: string
  /** An upstream that answers with the case's routes, and one where nobody listens. */
  host: '{{api}}'
  dead: '{{dead}}'
  /** What {@link Theme.root} gave. */
  root: Record<string, unknown>
}

export interface Made extends Omit<ScriptCase, 'name' | 'prefix'> {
  endpoints: object[]
  routes: Route[]
}
