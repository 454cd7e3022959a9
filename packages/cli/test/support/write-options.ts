import type { configurationOptions } from '@floodgate/inspect/check'

type Option = ReturnType<typeof configurationOptions>[number]

/** Writes the tables of a page: the keys of each level, then the namespaces, those of equal keys at several levels together. */
export function writeOptions (options: readonly Option[]): string {
  const levels = (['service', 'endpoint', 'backend'] as const).map((level) => section(titles[level], options.filter((option) => option.level === level && option.namespace === null)))
  const names = [...new Set(options.flatMap(({ namespace }) => namespace ?? []))].sort()
  return [...levels, '## Namespaces', ...names.flatMap((name) => ofNamespace(name, options.filter(({ namespace }) => namespace === name)))].join('\n\n')
}

const titles = { service: 'The root', endpoint: 'An endpoint', backend: 'A backend' } as const
const places = { service: 'the root', endpoint: 'an endpoint', backend: 'a backend' } as const

function ofNamespace (name: string, options: readonly Option[]): string[] {
  const tables = new Map<string, string[]>()
  for (const level of ['service', 'endpoint', 'backend'] as const) {
    const own = options.filter((option) => option.level === level)
    if (own.length > 0) tables.set(table(own), [...tables.get(table(own)) ?? [], places[level]])
  }
  return [...tables].map(([table, where]) => `### \`${name}\` of ${where.join(' or ')}\n\n${table}`)
}

function section (title: string, options: readonly Option[]): string {
  return `## ${title}\n\n${table(options)}`
}

function table (options: readonly Option[]): string {
  return ['| key | type | default | meaning |', '|---|---|---|---|', ...options.map(row)].join('\n')
}

function row ({ path, type, required, default: fallback, allowed, description, inert, isDeprecated, isOurs }: Option): string {
  const marks = [isOurs && 'ours', isDeprecated && 'deprecated', inert !== null && 'no effect'].filter(Boolean).join(', ')
  const values = allowed === null ? type : allowed.map((value) => code(JSON.stringify(value))).join(', ')
  const preset = required ? 'required' : fallback === undefined || (typeof fallback === 'object' && Object.keys(fallback as object).length === 0) ? '' : code(JSON.stringify(fallback))
  return `| ${code(path)}${marks === '' ? '' : ` (${marks})`} | ${values} | ${preset} | ${meaning(description, inert).replaceAll('|', '\\|')} |`
}

/** The description, and why the key has no effect unless that is the description. */
function meaning (description: string, inert: string | null): string {
  const parts = inert === null || description.startsWith('Has no effect') ? [description] : [description, `No effect: ${inert}`]
  return parts.filter(Boolean).map((part) => /[.:]$/.test(part) ? part : `${part}.`).join(' ')
}

function code (text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``
}
