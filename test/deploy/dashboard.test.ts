import { execFile } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { missingProgram } from '@floodgate/testing'
import { makeDashboard, type Dashboard, type Panel } from '../../scripts/dashboard.mjs'
import { findExpressionProblems, readMetricTable } from './promql.ts'

const file = path.resolve(import.meta.dirname, '../../examples/compose/grafana/dashboards/floodgate.json')
const known = readMetricTable()

// With UPDATE_DOCS=1 the dashboard is written, otherwise compared.
t.test('dashboard: is what scripts/dashboard.mjs makes', (t) => {
  const made = `${JSON.stringify(makeDashboard(), null, 2)}\n`
  if (process.env['UPDATE_DOCS']) fs.writeFileSync(file, made)
  else t.equal(fs.readFileSync(file, 'utf8'), made, 'otherwise run this test with UPDATE_DOCS=1')
  t.end()
})

const dashboard = makeDashboard()
const queried = dashboard.panels.filter(({ type }) => type !== 'row')

/** As Grafana fills them in: variables of time become durations, others stay within their quotes. */
const expressions = [
  ...queried.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
  ...dashboard.annotations.list.map(({ expr }) => expr)
].map((expr) => expr.replaceAll('$__rate_interval', '5m').replaceAll('$__range', '1h'))

/** What Grafana would refuse, or draw wrongly. */
function findFaults ({ uid, title, schemaVersion, panels, templating }: Dashboard): string[] {
  const faults: string[] = []
  if (!/^[\w-]{1,40}$/.test(uid) || title === '') faults.push('uid and title')
  if (!Number.isInteger(schemaVersion) || schemaVersion < 36) faults.push('schemaVersion: datasources by uid need 36')
  const overlap = (a: Panel['gridPos'], b: Panel['gridPos']): boolean => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
  panels.forEach((panel, i) => {
    const { id, gridPos: { x, y, w, h } } = panel
    if (panels.findIndex((other) => other.id === id) !== i) faults.push(`panel ${id}: the number is taken`)
    if (![x, y, w, h].every(Number.isInteger) || x < 0 || y < 0 || w < 1 || h < 1 || x + w > 24) faults.push(`panel ${id}: outside of the grid`)
    for (const other of panels.slice(0, i)) if (overlap(panel.gridPos, other.gridPos)) faults.push(`panel ${id}: overlaps ${other.id}`)
    if (panel.type === 'row') return
    if (panel.title === '') faults.push(`panel ${id}: title`)
    const { targets = [] } = panel
    if (targets.length === 0 || new Set(targets.map(({ refId }) => refId)).size !== targets.length) faults.push(`panel ${id}: refId`)
    for (const source of [panel.datasource, ...targets.map(({ datasource }) => datasource)]) {
      if (source?.type !== 'prometheus' || source.uid !== '$datasource') faults.push(`panel ${id}: datasource`)
    }
  })
  const names = new Set(templating.list.map(({ name }) => name))
  const used = JSON.stringify(panels).matchAll(/\$\{?([a-zA-Z]\w*)/g)
  for (const [, name] of used) if (!names.has(name!)) faults.push(`no variable ${name}`)
  return faults
}

t.test('dashboard: has what Grafana needs', (t) => {
  t.strictSame(findFaults(dashboard), [])
  t.strictSame(dashboard.templating.list.map(({ name }) => name), ['datasource', 'job', 'instance', 'endpoint'])
  const broken = structuredClone(dashboard)
  const [, first, second] = broken.panels
  Object.assign(second!, { id: first!.id, gridPos: { ...first!.gridPos, w: 25 }, datasource: { type: 'prometheus', uid: 'mine' } })
  second!.targets![0]!.expr = 'up{job="$other"}'
  t.same(findFaults(broken), [
    'panel 10: the number is taken', 'panel 10: outside of the grid', 'panel 10: overlaps 10', 'panel 10: datasource',
    'panel 12: overlaps 10', 'panel 13: overlaps 10', 'panel 14: overlaps 10', 'panel 15: overlaps 10', 'panel 16: overlaps 10', 'panel 17: overlaps 10',
    'no variable other'
  ])
  t.end()
})

t.test('dashboard: every expression parses, and its metrics and labels exist', (t) => {
  t.ok(known.size > 50)
  for (const expression of expressions) t.strictSame(findExpressionProblems(expression, known), [])
  for (const variable of dashboard.templating.list.filter(({ type }) => type === 'query')) {
    const [, selector, label] = /^label_values\((.*), (\w+)\)$/.exec((variable.query as { query: string }).query)!
    t.strictSame(findExpressionProblems(`count by (${label}) (${selector})`, known), [])
  }
  const wrong = (expression: string) => findExpressionProblems(expression, known).map((problem) => problem.replace(/: .*/, ''))
  t.strictSame(wrong('sum(rate(floodgate_workers[5m])'), ['rate of a gauge, floodgate_workers', 'syntax at 31'])
  t.strictSame(wrong('floodgate_workers{reason="a"} + floodgate_nothing'), ['floodgate_workers has no label reason', 'no metric floodgate_nothing'])
  t.strictSame(wrong('sum by (states) (floodgate_workers)'), ['no metric has the label states'])
  t.end()
})

t.test('dashboard: has every metric of docs/metrics.md', (t) => {
  const text = expressions.join('\n')
  const names = [...known.keys()].filter((name) => !/_(?:sum|count)$/.test(name))
  t.strictSame(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text)), [])
  t.end()
})

t.test('dashboard: Prometheus reads every expression', { skip: missingProgram('promtool', 'get it with `apt-get install prometheus`') ?? false }, async (t) => {
  const rules = expressions.map((expr, i) => ({ record: `panel:${i}`, expr }))
  const folder = t.testdir({ 'rules.yml': JSON.stringify({ groups: [{ name: 'dashboard', rules }] }) })
  const { stdout } = await promisify(execFile)('promtool', ['check', 'rules', path.join(folder, 'rules.yml')])
  t.match(stdout, `SUCCESS: ${rules.length} rules found`)
})
