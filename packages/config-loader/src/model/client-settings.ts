import type { Place } from '@floodgate/core'
import {
  absoluteClientFiles, absoluteTlsFiles, type HostOptions,
  type NoteProblem, type ParsedHttpClientOptions, parseHttpClientOptions, parseTransport, readHostOptions,
  type SettingProblem
} from '@floodgate/http-client'
import type { ClientSettings, ServiceKeys } from '@floodgate/settings'
import { milliseconds } from './durations.ts'
import type { Report } from '../locate/problem.ts'

/** The keys about hosts in the namespace `floodgate` of the root: there `health` is about the gateway itself. */
export interface RootHostOptions extends Omit<HostOptions, 'health'> {
  readonly health?: unknown
  readonly host_health?: NonNullable<HostOptions['health']>
}

/** Reads a backend's `backend/http/client` (undefined = missing), with the service's settings as defaults. */
export type ClientSettingsReader = (value: unknown, place: Place) => ClientSettings

/**
 * Prepares the reading of backends' client settings: the root's are read immediately, and equal settings of backends
 * are read once, including files.
 *
 * @param own the namespace `floodgate` of the root, as its schema has it: defaults for hosts that fail
 */
export function createClientSettingsReader (
  keys: ServiceKeys,
  own: RootHostOptions | undefined,
  cwd: string,
  report: Report
): ClientSettingsReader {
  const { transport, globalTls, problems, warnings } = parseTransport({
    ...(keys.client_tls !== undefined && keys.client_tls !== null && { client_tls: absoluteTlsFiles(keys.client_tls, cwd) }),
    ...(keys.allow_insecure_connections !== undefined && { allow_insecure_connections: keys.allow_insecure_connections }),
    dialer_timeout: milliseconds(keys.dialer_timeout),
    dialer_keep_alive: milliseconds(keys.dialer_keep_alive),
    dialer_fallback_delay: milliseconds(keys.dialer_fallback_delay),
    disable_keep_alives: keys.disable_keep_alives ?? false,
    disable_compression: keys.disable_compression ?? false,
    max_idle_connections: keys.max_idle_connections ?? 0,
    max_idle_connections_per_host: keys.max_idle_connections_per_host ?? 0,
    idle_connection_timeout: milliseconds(keys.idle_connection_timeout),
    response_header_timeout: milliseconds(keys.response_header_timeout),
    expect_continue_timeout: milliseconds(keys.expect_continue_timeout)
  })
  passOn(problems, warnings, [], report)
  const { health: _, host_health: health, ...others } = own ?? {}
  const noteHosts: NoteProblem = ([key, ...path], { code, message, value, instead = null }) => {
    const place = ['extra_config', 'floodgate', key === 'health' ? 'host_health' : key!, ...path]
    report({ severity: 'error', code, place, value, message, instead })
  }
  const hosts = readHostOptions({ ...others, ...health !== undefined && { health } }, noteHosts)
  const read = new Map<string, ParsedHttpClientOptions>()
  return function readClientSettings (value, place) {
    const text = value === undefined ? '' : JSON.stringify(value)
    let parsed = read.get(text)
    if (parsed === undefined) {
      read.set(
        text,
        parsed = parseHttpClientOptions(absoluteClientFiles(value, cwd), {
          globalTls: problems.length > 0 ? null : globalTls,
          transport,
          hosts
        })
      )
    }
    passOn(parsed.problems, parsed.warnings, place, report)
    // A client cannot be created with invalid files: other problems are checked without them.
    return parsed.problems.length > 0 ? { ...parsed.settings, tls: null } : parsed.settings
  }
}

function passOn (problems: readonly SettingProblem[], warnings: readonly SettingProblem[], place: Place, report: Report): void {
  for (const [severity, list] of [['error', problems], ['warning', warnings]] as const) {
    for (const { path, at, code, message, value, instead } of list) {
      report({ severity, code, place: [...place, ...path], at, message, value, instead })
    }
  }
}
