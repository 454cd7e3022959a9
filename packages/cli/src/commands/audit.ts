import { formatPlace } from '@floodgate/config-loader'
import { readRegularFile } from '@floodgate/tls'
import { audit as auditConfiguration, severities, type Finding, type Severity } from '@floodgate/inspect/audit'
import { auditCodes, exitCodes } from '../exit-codes.ts'
import { formatFindings } from '../format/findings.ts'
import { annotate } from '../format/github.ts'
import { printJson } from '../format/json.ts'
import { loadToLookAt, type ConfigOptions } from '../load.ts'
import type { Terminal } from '../terminal.ts'

export interface AuditOptions extends ConfigOptions {
  severity?: Severity[]
  ignore?: string[]
  ignoreFile?: string
  /** `text`, `json`, `github`, or a Go template. */
  format: string
  json?: boolean
}

/** Audits a configuration and prints what it found. Resolves to the exit status. */
export async function audit (options: AuditOptions, terminal: Terminal): Promise<number> {
  const ignore = [...options.ignore ?? []]
  if (options.ignoreFile !== undefined) {
    try {
      ignore.push(...readRegularFile(options.ignoreFile).toString().split(/[\s,]+/).filter(Boolean))
    } catch (err) {
      terminal.err(`floodgate: the list of rules ${options.ignoreFile} cannot be read: ${(err as Error).message}\n`)
      return exitCodes.usage
    }
  }
  const loaded = await loadToLookAt(options, terminal)
  if (loaded === null) return exitCodes.configuration
  const findings = auditConfiguration(loaded, { severities: options.severity ?? severities, ignore })
  const format = options.json ? 'json' : options.format
  if (format.includes('{{')) {
    try {
      terminal.out((await import('../format/audit-template.ts')).renderFindings(findings, format))
    } catch (err) {
      terminal.err(`floodgate: the template of --format cannot be used: ${(err as Error).message}\n`)
      return exitCodes.usage
    }
  } else print(findings, format, terminal)
  return findings[0] === undefined ? exitCodes.ok : auditCodes[findings[0].severity]
}

const levels = { CRITICAL: 'error', HIGH: 'error', MEDIUM: 'warning', LOW: 'notice' } as const

function print (findings: readonly Finding[], format: AuditOptions['format'], terminal: Terminal): void {
  if (format === 'json') {
    printJson(
      findings.map(
        ({ file, line, column, place, rule, severity, message, remedy }) => ({
          file,
          line,
          column,
          path: formatPlace(place),
          rule,
          severity,
          message,
          remedy
        })
      ),
      terminal
    )
  } else if (format === 'github') {
    for (const { severity, file, line, column, rule, message, remedy } of findings) {
      terminal.out(
        annotate({ level: levels[severity], file, line, column, title: `${severity} ${rule}`, message: `${message}\n${remedy}` })
      )
    }
  } else {
    if (findings.length > 0) terminal.out(`${formatFindings(findings, terminal.outColor)}\n`)
    terminal.err(`${count(findings)}\n`)
  }
}

function count (findings: readonly Finding[]): string {
  if (findings.length === 0) return 'nothing found'
  return severities.flatMap((severity) => {
    const n = findings.filter((finding) => finding.severity === severity).length
    return n === 0 ? [] : [`${n} ${severity}`]
  }).join(', ')
}
