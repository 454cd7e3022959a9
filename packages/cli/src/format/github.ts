/** An annotation that GitHub shows at a line of a changed file. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice'
  readonly file: string
  readonly line: number | null
  readonly column: number | null
  readonly title: string
  readonly message: string
}

/** Formats a workflow command of GitHub Actions, which is recognized in any output. */
export function annotate ({ level, file, line, column, title, message }: Annotation): string {
  const properties = [['file', file], ...line === null ? [] : [['line', String(line)], ['col', String(column)]], ['title', title]]
  return `::${level} ${properties.map(([name, value]) => `${name}=${escapeProperty(value!)}`).join(',')}::${escapeData(message)}\n`
}

function escapeData (text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty (text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
