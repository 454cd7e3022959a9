import fs from 'node:fs'
import path from 'node:path'
import { parser } from '@prometheus-io/lezer-promql'

/** A metric of docs/metrics.md: its type and labels, without those that Prometheus adds. */
export interface KnownMetric { type: string, labels: string[] }

/** Reads the table of docs/metrics.md, which a test of packages/gateway compares with the code. */
export function readMetricTable (): Map<string, KnownMetric> {
  const text = fs.readFileSync(path.resolve(import.meta.dirname, '../../docs/metrics.md'), 'utf8')
  const rows = Array.from(text.matchAll(/^\| `(\w+)` \| (\w+) \| ([^|]*) \|/gm), ([, name, type, labels]) => [name!, type!, labels!] as const)
  const known = new Map<string, KnownMetric>()
  for (const [name, type, labels] of rows) {
    const own = Array.from(labels.matchAll(/`(\w+)`/g), ([, label]) => label!)
    if (type !== 'histogram') known.set(name, { type, labels: own })
    else for (const [suffix, more] of [['_bucket', ['le']], ['_sum', []], ['_count', []]] as const) known.set(name + suffix, { type: 'counter', labels: [...own, ...more] })
  }
  return known
}

/** Labels that a scrape adds. */
const ofScrape = ['job', 'instance']
const needsCounter = new Set(['rate', 'increase'])

/**
 * Lists what is wrong with an expression: syntax, metrics and labels that do not exist, and `rate` of something that is not a
 * counter. Empty: nothing.
 */
export function findExpressionProblems (expression: string, known: ReadonlyMap<string, KnownMetric>): string[] {
  const problems: string[] = []
  const used: string[] = []
  const grouped: string[] = []
  const text = (node: { from: number, to: number }) => expression.slice(node.from, node.to)
  parser.parse(expression).iterate({
    enter (reference) {
      const { node } = reference
      if (node.type.isError) problems.push(`syntax at ${node.from}: ${expression}`)
      if (node.name === 'GroupingLabels') grouped.push(...node.getChildren('LabelName').map(text))
      if (node.name !== 'VectorSelector') return
      const name = text(node.getChild('Identifier') ?? { from: 0, to: 0 })
      const metric = known.get(name)
      if (metric === undefined) {
        problems.push(`no metric ${name}: ${expression}`)
        return
      }
      used.push(...metric.labels)
      for (const matcher of node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []) {
        const label = text(matcher.getChild('LabelName')!)
        if (![...metric.labels, ...ofScrape].includes(label)) problems.push(`${name} has no label ${label}: ${expression}`)
      }
      const call = node.parent?.name === 'MatrixSelector' ? node.parent.parent?.parent?.getChild('FunctionIdentifier') : null
      if (call && needsCounter.has(text(call)) && metric.type !== 'counter') problems.push(`${text(call)} of a ${metric.type}, ${name}: ${expression}`)
    }
  })
  for (const label of grouped) if (![...used, ...ofScrape].includes(label)) problems.push(`no metric has the label ${label}: ${expression}`)
  return problems
}
