import { formatPlace } from '@floodgate/config-loader'
import type { Finding, Severity } from '@floodgate/inspect/audit'
import picocolors from 'picocolors'

/** Formats findings as text, one block each: position, severity, rule, message, the line in question, the remedy. */
export function formatFindings (findings: readonly Finding[], color: boolean): string {
  const paint = picocolors.createColors(color)
  const painted: Record<Severity, (text: string) => string> = {
    CRITICAL: paint.red,
    HIGH: paint.red,
    MEDIUM: paint.yellow,
    LOW: paint.cyan
  }
  return findings.map(({ rule, severity, message, remedy, file, line, column, place, excerpt }) => {
    const path = formatPlace(place)
    return [
      `${paint.dim(line === null ? file : `${file}:${line}:${column}`)} ${painted[severity](severity)} ${rule} ${path === '' ? '' : `${paint.bold(path)}: `}${message}`,
      ...excerpt === null ? [] : excerpt.split('\n').map((line) => paint.dim(`  ${line}`)),
      `  ${remedy}`
    ].join('\n')
  }).join('\n')
}
