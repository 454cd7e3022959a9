import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { version, type MetricDefinition } from '@floodgate/core'
import { allFeatures } from '../../src/load.ts'
import { clientInfoMetrics } from '../../src/metrics/client-info.ts'
import { describeClientMetrics } from '../../src/metrics/client-metrics.ts'
import { listenerMetrics } from '../../src/metrics/listener-metrics.ts'
import { processMetrics } from '../../src/metrics/process-metrics.ts'
import { workerMetrics } from '../../src/metrics/primary-metrics.ts'
import { reloadMetrics } from '../../src/metrics/reload-metrics.ts'
import { requestMetrics } from '../../src/metrics/request-metrics.ts'

const file = path.join(import.meta.dirname, '../../../../docs/metrics.md')
const [begin, end] = ['<!-- metrics -->\n', '<!-- /metrics -->']

/** Everything that the gateway and its features report. */
async function listMetrics (): Promise<MetricDefinition[]> {
  const features = await Promise.all(allFeatures().map(async (feature) => ({ ...feature, ...await feature.load?.() })))
  const all = [
    ...requestMetrics, ...features.flatMap(({ metrics = [] }) => metrics), ...clientInfoMetrics, ...describeClientMetrics([]), ...listenerMetrics, ...reloadMetrics,
    ...workerMetrics, ...processMetrics
  ]
  return [...new Map(all.map((definition) => [definition.name, definition])).values()]
}

t.test('metrics: docs/metrics.md has a row for each, and no other', async (t) => {
  const text = readFileSync(file, 'utf8')
  const [from, to] = [text.indexOf(begin) + begin.length, text.indexOf(end)]
  const since = new Map(Array.from(text.slice(from, to).matchAll(/^\| `(\w+)` .* \| ([\d.]+) \|$/gm), ([, name, since]) => [name, since]))
  const rows = (await listMetrics()).map(({ name, type, labels = [], over = 'sum', help }) => {
    const shown = over === 'worker' ? [...labels, 'worker'] : labels
    return `| \`${name}\` | ${type} | ${shown.map((label) => `\`${label}\``).join(', ')} | ${over === 'worker' ? 'one each' : over} | ${help} | ${since.get(name) ?? version} |\n`
  })
  const table = `| metric | type | labels | over workers | | since |\n|---|---|---|---|---|---|\n${rows.join('')}`
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, text.slice(0, from) + table + text.slice(to))
  else t.equal(text.slice(from, to), table, 'UPDATE_DOCS=1 writes it')
})
