import { problemAt, type LoadedConfig, type Problem } from '@floodgate/config-loader'
import type { Feature } from '@floodgate/core'
import { allFeatures } from '@floodgate/gateway/load'
import { rules } from './rules/index.ts'
import { severities, type Rule, type Severity, type Subject } from './rule.ts'

/** A recommendation for one place of a configuration. Contains no secrets. */
export interface Finding extends Pick<Problem, 'file' | 'line' | 'column' | 'place' | 'excerpt'> {
  readonly rule: string
  readonly severity: Severity
  readonly message: string
  readonly remedy: string
}

export interface AuditOptions {
  /** Rules to ignore, by id. */
  readonly ignore?: readonly string[]
  /** Severities to look for. Default: all. */
  readonly severities?: readonly Severity[]
  /** Custom rules, in addition to the built-in ones. */
  readonly rules?: readonly Rule[]
  /** Features of your own that the configuration was loaded with. */
  readonly features?: readonly Feature[]
  /** Default: now. */
  readonly now?: Date
}

/** Finds insecure and questionable settings in a valid configuration: the worst first, then in the order of the file. */
export function audit (
  loaded: LoadedConfig,
  { ignore = [], severities: wanted = severities, rules: own = [], features = [], now = new Date() }: AuditOptions = {}
): Finding[] {
  const { model } = loaded
  const implemented = new Set([...allFeatures(features).map(({ namespace }) => namespace), 'backend/http/client'])
  const subject: Subject = {
    loaded,
    model,
    now,
    implemented,
    backends: model.endpoints.flatMap((endpoint) => endpoint.backends.map((backend) => ({ endpoint, backend })))
  }
  return [...rules, ...own]
    .filter(({ id, severity }) => wanted.includes(severity) && !ignore.includes(id))
    .flatMap(({
      id,
      severity,
      message: usual,
      remedy: usualRemedy,
      find
    }) => find(subject).map(({ place, message = usual, remedy = usualRemedy }): Finding => {
      const { file, line, column, excerpt } = problemAt(loaded, place, message, 'warning')
      return { rule: id, severity, message, remedy, file, line, column, place, excerpt: place.length === 0 ? null : excerpt }
    }))
    .sort(
      (a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
        (a.line ?? 0) - (b.line ?? 0) ||
        (a.column ?? 0) - (b.column ?? 0)
    )
}

/** Returns every rule, in the order of ids. */
export { rules } from './rules/index.ts'
export { severities, type Hit, type Rule, type Severity, type Subject } from './rule.ts'
