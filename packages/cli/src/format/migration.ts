import { formatPlace, type Problem } from '@floodgate/config-loader'
import type { MigrationReport } from '@floodgate/inspect/migrate'
import { writeOrigin } from '@floodgate/inspect/explain'

/** A report in parts, for text and Markdown alike. */
export interface Section {
  readonly title: string
  readonly entries: readonly Entry[]
}

export interface Entry {
  readonly text: string
  /** Its details, one line each. */
  readonly details?: readonly string[]
}

/** Largest number of names or places in a line. */
const named = 3

const outcomes = {
  stops: 'prevents the start',
  skipped: 'answers 501',
  wrong: 'has an error',
  loses: 'is served without some of its settings'
} as const
const classes: Readonly<Record<string, string>> = {
  guards: 'may refuse a request',
  decides: 'selects the backend',
  replaces: 'changes requests',
  shapes: 'changes responses',
  adds: 'does not affect responses'
}

/** Returns the sentences before all sections. */
function summarizeMigration (report: MigrationReport): string[] {
  const { endpoints, backends, asTheyAre, starts, stoppers } = report
  const lost = endpoints - asTheyAre
  return [
    `${count(endpoints, 'endpoint')}, ${count(backends, 'backend')}.`,
    `${asTheyAre} of ${endpoints} endpoints work without changes${lost === 0 ? '' : `, ${lost} ${lost === 1 ? 'does' : 'do'} not`}.`,
    starts
      ? 'The gateway starts with this configuration.'
      : stoppers.length > 0
        ? `The gateway does not start with it: ${stoppers.map(({ name }) => name).join(', ')} ${stoppers.length === 1 ? 'is' : 'are'} not supported.`
        : 'The gateway does not start with it: it has errors.'
  ]
}

/** Divides a report into sections; empty ones are omitted. */
function sectionsOf (report: MigrationReport, commands: readonly string[]): Section[] {
  const { stoppers, affected, service, additions, differences, ignoredThere } = report
  return [
    {
      title: 'What prevents the start',
      entries: stoppers.map(({ name, class: kind, endpoints, problems, skippable }) => ({
        text: `${name}${kind === null ? '' : `, which ${classes[kind]}`}: ${endpoints.length === 0 ? 'the whole service' : `${count(endpoints.length, 'endpoint')}: ${some(endpoints)}`}`,
        details: [
          problems[0]!.message,
          ...lines(problems[0]!.instead),
          skippable ? 'serve the others: --skip-unsupported' : `start without it: --allow-unsupported ${name}`
        ]
      }))
    },
    {
      title: 'Endpoints that do not work without changes',
      entries: affected.map(({ method, path, origin, outcome, losses }) => ({
        text: `${method} ${path} ${outcomes[outcome]}${origin === null ? '' : ` (${writeOrigin(origin)})`}`,
        details: unique(losses.map(writeProblem))
      }))
    },
    {
      title: 'The service',
      entries: service.filter(({ unsupported }) => unsupported === undefined).map(
        (problem) => ({ text: `${positionOf(problem)}${writeProblem(problem)}`, details: lines(problem.instead) })
      )
    },
    {
      title: 'Deliberate differences for keys that this configuration uses',
      entries: differences.map(
        ({ text, places }) => ({
          text: places.length === 0 ? text : `${text} (${count(new Set(places.map((place) => place[1])).size, 'endpoint')})`
        })
      )
    },
    { title: 'Settings that KrakenD ignores and Floodgate supports', entries: grouped(ignoredThere) },
    {
      title: 'Without effect here, and without influence on responses',
      entries: additions.map(({ namespace, count: times }) => ({ text: `${namespace}${times === 1 ? '' : ` (${times} times)`}` }))
    },
    { title: 'Next steps', entries: commands.map((text) => ({ text })) }
  ].filter(({ entries }) => entries.length > 0)
}

/** Writes a report as text. */
export function writeText (file: string, report: MigrationReport, commands: readonly string[]): string {
  const sections = sectionsOf(report, commands).flatMap(
    ({ title, entries }) =>
      ['', title, ...entries.flatMap(({ text, details = [] }) => [`  ${text}`, ...details.map((line) => `    ${line}`)])]
  )
  return `${[`${file}: ${summarizeMigration(report).join('\n')}`, ...sections].join('\n')}\n`
}

/** Writes a report as Markdown. */
export function writeMarkdown (file: string, report: MigrationReport, commands: readonly string[]): string {
  const sections = sectionsOf(report, commands).flatMap(({ title, entries }) => title === 'Next steps'
    ? ['', `## ${title}`, '', '```sh', ...entries.map(({ text }) => text), '```']
    : [
        '',
      `## ${title}`,
      '',
      ...entries.flatMap(({ text, details = [] }) => [`- ${escape(text)}`, ...details.map((line) => `  - ${escape(line)}`)])
      ])
  return `${[`# ${escape(file)} on Floodgate`, '', ...summarizeMigration(report).map(escape), ...sections].join('\n')}\n`
}

/** Combines equal messages of several places. */
function grouped (problems: readonly Problem[]): Entry[] {
  const found = new Map<string, Problem[]>()
  for (const problem of problems) found.set(problem.message, [...found.get(problem.message) ?? [], problem])
  return Array.from(found, ([message, all]) => ({
    text: message,
    details: [
      ...all.slice(0, named).map((problem) => `${positionOf(problem)}${formatPlace(problem.place)}`),
      ...all.length > named ? [`and ${all.length - named} more`] : []
    ]
  }))
}

function writeProblem ({ place, message }: Problem): string {
  const [root, index] = place
  const below = root === 'endpoints' && typeof index === 'number' ? place.slice(2) : place
  const path = formatPlace(below)
  return `${path === '' ? '' : `${path}: `}${message}`
}

function positionOf ({ file, line }: Problem): string {
  return line === null ? `${file} ` : `${file}:${line} `
}

function lines (text: string | null): string[] {
  return text === null ? [] : text.split('\n')
}

function unique (texts: readonly string[]): string[] {
  return [...new Set(texts)]
}

function some (names: readonly string[]): string {
  return names.length > named ? `${names.slice(0, named).join(', ')} and ${names.length - named} more` : names.join(', ')
}

function count (n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`
}

/** Escapes characters with a meaning in Markdown. Code in backquotes is unchanged. */
function escape (text: string): string {
  return text.split(/(`[^`]*`)/).map((part, i) => i % 2 === 1 ? part : part.replace(/[\\*<>|]/g, '\\$&')).join('')
}
