import type { MetricFamily, MetricLabels, MetricSample } from './metrics.ts'

/**
 * Writes metrics in Prometheus' text format 0.0.4. A metric without samples is omitted, and so is an empty label, which says
 * the same as none, unless `empty` is true.
 */
export function writeExposition (families: readonly MetricFamily[], { empty = false } = {}): string {
  let text = ''
  for (const { name, type, help, samples, bounds = [] } of families) {
    if (samples.length === 0) continue
    text += `# HELP ${name} ${help.replace(/[\\\n]/g, escape)}\n# TYPE ${name} ${type}\n`
    if (type === 'histogram') {
      const ends = [...bounds, '+Inf'].map((bound) => `le="${bound}"} `)
      for (const sample of samples) text += writeHistogram(name, ends, sample, empty)
    } else {
      for (const [labels, value] of samples) {
        const written = writeLabels(labels, empty)
        text += written === '' ? `${name} ${value}\n` : `${name}{${written}} ${value}\n`
      }
    }
  }
  return text
}

function writeHistogram (name: string, ends: readonly string[], [labels, sum, buckets = []]: MetricSample, empty: boolean): string {
  const written = writeLabels(labels, empty)
  const bucket = written === '' ? `${name}_bucket{` : `${name}_bucket{${written},`
  const all = written === '' ? '' : `{${written}}`
  let count = 0
  let text = ''
  for (let i = 0; i < ends.length; i++) {
    count += buckets[i] ?? 0
    text += `${bucket}${ends[i]!}${count}\n`
  }
  return `${text}${name}_sum${all} ${sum}\n${name}_count${all} ${count}\n`
}

function writeLabels (labels: MetricLabels, empty: boolean): string {
  let text = ''
  for (const name in labels) {
    const value = labels[name]!
    if (value === '' && !empty) continue
    if (text !== '') text += ','
    text += `${name}="${/[\\\n"]/.test(value) ? value.replace(/[\\\n"]/g, escape) : value}"`
  }
  return text
}

function escape (character: string): string {
  return character === '\n' ? '\\n' : `\\${character}`
}
