import { withoutQuery } from '@floodgate/core'
import { decodePath } from './access-entry.ts'
import type { AccessPatternOptions, FormatEntry } from './access-pattern.ts'
import { escapeControls, escapeField } from '../escape.ts'
import { writeDuration } from '@floodgate/go/duration'
import { createLocalTime } from '../local-time.ts'
import type { Scrub } from '../scrub.ts'

/** KrakenD page "Advanced logging", access log formats. The httpd formats keep KrakenD's time format, which is not httpd's. */
const patterns: Readonly<Record<string, string>> = {
  default: '%{prefix} %{time} [AccessLog] |%{statusCode}| %{latencyMs} | %{clientIP} | %{method} %{path}',
  httpdCommon: '%{clientIP} - - [%{time}] "%{method} %{path} %{proto}" %{statusCode} -',
  httpdCombine: '%{clientIP} - - [%{time}] "%{method} %{path} %{proto}" %{statusCode} - "%{header.Referer}" "%{header.User-Agent}"',
  json: '{"prefix":"%{prefix}", "time":"%{time}", "status_code":%{statusCode}, "latency":"%{latency}", "client_ip":"%{clientIP}", "method":"%{method}", "path":"%{path}"}'
}

/**
 * Chooses the format of the access log; '' selects the line of KrakenD Community.
 *
 * @throws {FG_ERR_TELEMETRY_NO_PATTERN} the format is `custom`, and the pattern has no variable
 * @throws {FG_ERR_TELEMETRY_VARIABLE} the pattern has a variable that does not exist
 */
export async function createAccessFormat (format: string, pattern: string, options: AccessPatternOptions): Promise<FormatEntry> {
  if (format === '') return createCommunityFormat(options.scrub)
  // Go's layouts are loaded for patterns only.
  const { compileAccessPattern } = await import('./access-pattern.ts')
  if (format === 'custom') return compileAccessPattern(pattern, options)
  const known = patterns[format === 'httpdCombined' ? 'httpdCombine' : format]!
  return compileAccessPattern(known, format === 'json' ? { ...options, prefix: escapeField(options.prefix) } : options)
}

/**
 * The line of gin's logger, which KrakenD Community writes: `[GIN] time | status | latency | address | method "path"`,
 * and below it `Error #01: …` for each failure.
 */
function createCommunityFormat (scrub: Scrub): FormatEntry {
  const writeTime = createLocalTime(' - ')
  return function formatCommunity ({ request, clientIp, status, latency, time, failures }) {
    const target = scrub.target(request.originalUrl)
    // The reference shows the path decoded and the query as it came.
    const path = withoutQuery(target)
    const decoded = decodePath(path)
    const shown = decoded === path ? target : scrub.text(decoded) + target.slice(path.length)
    return `[GIN] ${writeTime(time)} | ${String(status).padStart(3)} | ${writeLatency(latency).padStart(13)} | ${escapeField(clientIp).padStart(15)} | ${request.method.padEnd(7)}  "${escapeField(shown)}"${writeFailures(failures, scrub)}`
  }
}

/** Writes milliseconds as gin does: what is longer than a minute is cut to whole seconds. */
function writeLatency (latency: number): string {
  const nanoseconds = Math.round(latency * 1e6)
  return writeDuration(nanoseconds > 60e9 ? nanoseconds - nanoseconds % 1e9 : nanoseconds)
}

function writeFailures (failures: readonly string[], scrub: Scrub): string {
  return failures.map((detail, i) => `\nError #${String(i + 1).padStart(2, '0')}: ${escapeControls(scrub.text(detail))}`).join('')
}
