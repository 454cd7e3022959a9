import { execFile } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { parse } from 'yaml'
import { missingProgram } from '@floodgate/testing'
import { findExpressionProblems, readMetricTable } from './promql.ts'

const root = path.resolve(import.meta.dirname, '../..')
const folder = path.join(root, 'examples/compose/prometheus')
const read = (name: string) => fs.readFileSync(path.join(folder, name), 'utf8')
const run = promisify(execFile)
const skip = missingProgram('promtool', 'get it with `apt-get install prometheus`') ?? false

interface Recording { record: string, expr: string }
interface Alert { alert: string, expr: string, labels: { severity: string }, annotations: Record<string, string> }
interface Cases { tests: { name: string, promql_expr_test: { exp_samples: { labels: string }[] }[] }[] }

const rulesOf = <Rule>(name: string): Rule[] => (parse(read(name)) as { groups: { rules: Rule[] }[] }).groups.flatMap(({ rules }) => rules)
const recordings = rulesOf<Recording>('recording.yml')
const alerts = rulesOf<Alert>('alerts.yml')
const labelsBy = (expr: string): string[] => [...new Set(Array.from(expr.matchAll(/by \(([^)]*)\)/g), ([, labels]) => labels!.split(', ')).flat())]

/** The metrics of the gateway, what Prometheus adds, and what the recording rules make. */
const known = readMetricTable()
known.set('up', { type: 'gauge', labels: [] })
for (const { record, expr } of recordings) {
  const inherited = Array.from(expr.matchAll(/\w+:\w+:\w+/g), ([name]) => known.get(name)?.labels ?? []).flat()
  known.set(record, { type: record.endsWith(':sum') ? 'counter' : 'gauge', labels: [...labelsBy(expr).filter((label) => label !== 'le'), ...inherited] })
}

t.test('rules: metrics and labels exist', (t) => {
  for (const { expr } of [...recordings, ...alerts]) t.strictSame(findExpressionProblems(expr, known), [])
  const used = [...recordings, ...alerts].map(({ expr }) => expr).join('\n')
  const shown = /p50_rate5m$/ // for dashboards only
  for (const { record } of recordings.filter(({ record }) => !shown.test(record))) t.ok(used.includes(record), `${record} is used`)
  t.end()
})

t.test('alerts: each has a severity, texts whose labels it has, and a section of docs/alerts.md that names it', (t) => {
  const page = fs.readFileSync(path.join(root, 'docs/alerts.md'), 'utf8')
  const sections = new Map(page.split(/^## /m).slice(1).map((text) => [text.slice(0, text.indexOf('\n')), text]))
  const seen = new Set<string>()
  for (const { alert, expr, labels: { severity }, annotations } of alerts) {
    t.match(severity, /^(?:critical|warning|info)$/, alert)
    // Labels that stay: those of `by`, or of the metrics of an expression without it.
    const has = ['job', ...labelsBy(expr), ...Array.from(expr.matchAll(/[a-z]\w*(?::\w+:\w+)?/g), ([name]) => known.get(name)?.labels ?? []).flat()]
    const atInstance = !/by \(/.test(expr) || labelsBy(expr).includes('instance')
    for (const text of [annotations['summary']!, annotations['description']!]) {
      t.ok(text.length > 10, alert)
      for (const [, label] of text.matchAll(/\$labels\.(\w+)/g)) t.ok(has.includes(label!) || (label === 'instance' && atInstance), `${alert}: ${label}`)
    }
    const [, anchor] = /^docs\/alerts\.md#([\w-]+)$/.exec(annotations['runbook']!)!
    seen.add(anchor!)
    t.ok(sections.has(anchor!), `${alert}: ${anchor}`)
    t.ok(sections.get(anchor!)?.includes(alert.replace(/^FloodgateCertificateExpires(?=In[17])/, '…')), `${anchor} names ${alert}`)
  }
  t.strictSame([...sections.keys()].filter((anchor) => !seen.has(anchor)), [])
  t.end()
})

t.test('alerts: prometheus.yml loads the rules, and each alert has a case in which it fires, and cases in which it does not', (t) => {
  t.strictSame((parse(read('prometheus.yml')) as { rule_files: string[] }).rule_files, ['recording.yml', 'alerts.yml'])
  const { tests } = parse(read('tests/alerts.yml')) as Cases
  const expected = tests.flatMap(({ promql_expr_test: checks }) => checks.map(({ exp_samples: samples }) => samples.map(({ labels }) => /"(\w+)"/.exec(labels)![1]!)))
  for (const { alert } of alerts) {
    t.ok(expected.some((names) => names.includes(alert)), `${alert} fires`)
    t.ok(expected.some((names) => !names.includes(alert)), `${alert} does not fire`)
  }
  t.end()
})

t.test('promtool: the rules are valid, and the cases hold', { skip }, async (t) => {
  await t.resolves(run('promtool', ['check', 'rules', path.join(folder, 'recording.yml'), path.join(folder, 'alerts.yml')]))
  await t.resolves(run('promtool', ['test', 'rules', path.join(folder, 'tests/alerts.yml')]))
})

t.test('promtool: the cases fail without the alerts', { skip }, async (t) => {
  const alertsOff = read('alerts.yml').replace(/(expr: >-\n)(?: {10}.*\n)+/g, '$1          vector(1) > 1\n')
  const dir = t.testdir({ 'recording.yml': read('recording.yml'), 'alerts.yml': alertsOff, tests: { 'alerts.yml': read('tests/alerts.yml') } })
  const { stderr, stdout } = await run('promtool', ['test', 'rules', path.join(dir, 'tests/alerts.yml')]).then(() => ({ stderr: '', stdout: '' }), (error: { stderr: string, stdout: string }) => error)
  for (const { alert } of alerts) t.ok(`${stdout}${stderr}`.includes(`"${alert}"`), alert)
})
