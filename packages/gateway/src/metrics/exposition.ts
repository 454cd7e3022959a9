/** One metric: everything under its name. */
export interface MetricFamily {
  readonly name: string
  readonly type: 'counter' | 'gauge'
  readonly help: string
  readonly samples: readonly MetricSample[]
}

export type MetricSample = readonly [labels: Readonly<Record<string, string>>, value: number]

/** Writes metrics in Prometheus' text format. An empty label is omitted. */
export function writeExposition (families: readonly MetricFamily[]): string {
  return families.filter(({ samples }) => samples.length > 0).map(writeFamily).join('')
}

function writeFamily ({ name, type, help, samples }: MetricFamily): string {
  const lines = samples.map(([labels, value]) => `${name}${writeLabels(labels)} ${value}\n`)
  return `# HELP ${name} ${help.replace(/[\\\n]/g, escape)}\n# TYPE ${name} ${type}\n${lines.join('')}`
}

function writeLabels (labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).filter(([, value]) => value !== '').map(
    ([name, value]) => `${name}="${value.replace(/[\\\n"]/g, escape)}"`
  )
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escape (character: string): string {
  return character === '\n' ? '\\n' : `\\${character}`
}
