import type { LoggingSettings } from '../options.ts'
import { readTarget } from '../senders/read-target.ts'
import type { OnDropped } from '../senders/sender.ts'
import { gelfNamespace, type GelfSettings } from '../gelf/settings.ts'
import { senderOf } from '../senders/open-senders.ts'
import { defaultSyslogAddress, readSyslogAddress } from '../syslog/address.ts'
import { FG_ERR_TELEMETRY_ADDRESS } from '../errors.ts'
import type { LogRecord } from './record.ts'

/** Takes a record of the application log. */
export type Sink = (record: LogRecord) => void

export interface SinkOptions {
  /** Settings of `telemetry/gelf`. Default: no GELF. */
  readonly gelf?: GelfSettings | undefined
  /** Address of the syslog server: `udp://host:port`, `tcp://host:port` or `unix:/path`. Default: `udp://127.0.0.1:514`. */
  readonly syslogAddress?: string | undefined
  /** Called when messages for a server could not be sent. */
  readonly onDropped: (server: string, messages: number, reason: string) => void
}

/**
 * Creates the sinks beside stdout and stderr that settings name: syslog and GELF. Nothing is opened before the first
 * record.
 *
 * @param format of the lines, without line feed
 * @throws {FG_ERR_TELEMETRY_ADDRESS}
 */
export async function createSinks (
  { syslog = false, syslog_facility: facility = 'local3', prefix = '' }: LoggingSettings,
  format: (record: LogRecord) => string,
  { gelf, syslogAddress = defaultSyslogAddress, onDropped }: SinkOptions
): Promise<Sink[]> {
  const sinks: Sink[] = []
  if (syslog) {
    const address = readSyslogAddress(syslogAddress)
    if (address === null) throw wrongAddress(syslogAddress, 'udp://host:port, tcp://host:port or unix:/path', 'floodgate', 'syslog_address')
    const { createSyslogSink } = await import('../syslog/syslog-sink.ts')
    const report: OnDropped = (messages, reason) => { onDropped(`syslog (${syslogAddress})`, messages, reason) }
    const framed = address.protocol !== 'udp'
    const create = address.protocol === 'udp'
      ? (await import('../senders/datagram-sender.ts')).createDatagramSender.bind(null, address.target, report)
      : (await import('../senders/stream-sender.ts')).createStreamSender.bind(null, address.target, report)
    sinks.push(createSyslogSink(senderOf(`syslog ${syslogAddress}`, create), format, { facility, tag: prefix, framed }))
  }
  if (gelf !== undefined) {
    const target = readTarget(gelf.address)
    if (target === null) throw wrongAddress(gelf.address, 'host:port', gelfNamespace, 'address')
    const { createGelfSink } = await import('../gelf/gelf-sink.ts')
    const onDrop: OnDropped = (messages, reason) => { onDropped(`GELF (${gelf.address})`, messages, reason) }
    sinks.push(createGelfSink(target, { tcp: gelf.enable_tcp === true, prefix, onDropped: onDrop }))
  }
  return sinks
}

/** An error with the place of the setting. */
function wrongAddress (address: string, want: string, namespace: string, setting: string): Error {
  return Object.assign(new FG_ERR_TELEMETRY_ADDRESS(address, want), { namespace, setting })
}
