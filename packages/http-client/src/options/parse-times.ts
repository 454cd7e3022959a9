import { parseDuration } from '@floodgate/go/duration'
import type { NoteProblem, OwnClientSettings, TransportSettings } from '@floodgate/settings'
import type { OwnClientOptions } from './options.ts'
import type { Fitting } from './take-options.ts'

type Taken = Fitting<OwnClientOptions>
type Key = 'dialer_timeout' | 'response_header_timeout' | 'idle_connection_timeout' | 'timeout'

/** The transport of one backend: that of the root, but for the times that the backend has of its own. */
export function readOwnTransport (options: Taken, transport: TransportSettings, note: NoteProblem): TransportSettings {
  const dialer = readTime(options, 'dialer_timeout', note)
  const header = readTime(options, 'response_header_timeout', note)
  const idle = readTime(options, 'idle_connection_timeout', note)
  if (dialer === undefined && header === undefined && idle === undefined) return transport
  return {
    ...transport,
    ...dialer !== undefined && { dialerTimeout: dialer },
    ...header !== undefined && { responseHeaderTimeout: header },
    ...idle !== undefined && { idleConnectionTimeout: idle }
  }
}

/** Reads the deadline of a backend's calls; absent = there is none of its own. */
export function readCallTimeout (options: Taken, note: NoteProblem): Pick<OwnClientSettings, 'timeout'> {
  const timeout = readTime(options, 'timeout', note)
  return timeout === undefined || timeout === 0 ? {} : { timeout }
}

/** Reads a time in ms, whose shape is right. */
function readTime (options: Taken, key: Key, note: NoteProblem): number | undefined {
  const text = options[key]
  if (text === undefined) return undefined
  const time = parseDuration(text)!
  if (time >= 0) return time
  note([key], { code: 'out-of-range', value: text, message: 'must not be negative', instead: 'write a time such as "2s", or "0s" for no limit' })
  return undefined
}
