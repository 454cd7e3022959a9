import { createRandom } from '../attacks/random.mjs'
import type { Route } from '../conformance/suite.ts'
import type { Script, ScriptCase } from './script.ts'
import type { Theme } from './theme.ts'

/** Cases that share one start of a gateway. */
export const batchSize = 25

/** Makes the script of cases `from` up to, without, `to`, which must lie in one batch: those share the keys of the root. */
export function makeScript (theme: Theme, seed: string, from: number, to: number): Script {
  const batch = Math.floor(from / batchSize)
  if (Math.floor((to - 1) / batchSize) !== batch) throw new RangeError(`cases ${from} to ${to} are of several batches`)
  const root = theme.root?.(createRandom(seed, theme.name, 'root', batch)) ?? {}
  const endpoints: object[] = []
  const routes: Route[] = []
  const cases: ScriptCase[] = []
  for (let number = from; number < to; number++) {
    const prefix = `/c${number}`
    const made = theme.make(createRandom(seed, theme.name, number), { prefix, host: '{{api}}', dead: '{{dead}}', root })
    const { endpoints: own, routes: answers, ...rest } = made
    endpoints.push(...own)
    routes.push(...answers)
    cases.push({ name: `${theme.name} ${seed}/${number}`, prefix, ...rest })
  }
  return {
    about: `${theme.name}, seed ${seed}, cases ${from} to ${to - 1}`,
    servers: { api: { kind: 'http', routes }, dead: { kind: 'refused' } },
    config: { ...root, endpoints },
    ...theme.files && { files: theme.files },
    cases
  }
}
