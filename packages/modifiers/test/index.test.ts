import t from 'tap'
import { features } from '@floodgate/modifiers'

/** Functions that say something about settings before the feature is loaded. */
const before = new Set(['load', 'holdsBodies'])

t.test('modifiers: every feature loads its parts, and has a schema for each place that it attaches to', async (t) => {
  for (const { namespace, schemas, load, ...own } of features) {
    const loaded: Record<string, unknown> = { ...own, ...await load?.() }
    t.ok(Object.entries(loaded).some(([name, part]) => typeof part === 'function' && !before.has(name)), `${namespace} attaches to a place`)
    if (loaded['route'] !== undefined) t.ok(schemas.endpoint ?? schemas.service, `${namespace}: routes have settings`)
    if (loaded['service'] !== undefined) t.ok(schemas.service, `${namespace}: the service has settings`)
    if (loaded['backend'] !== undefined) t.ok(schemas.backend, `${namespace}: backends have settings`)
  }
})
