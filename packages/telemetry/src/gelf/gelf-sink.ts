import type { LogRecord } from '../logger/record.ts'
import { createDatagramSender } from '../senders/datagram-sender.ts'
import { senderOf } from '../senders/open-senders.ts'
import { createDropCounter, type OnDropped, type Target } from '../senders/sender.ts'
import { createStreamSender } from '../senders/stream-sender.ts'
import { createGelfMessage, splitGelf } from './gelf-message.ts'

const end = Buffer.from([0])

/** Creates what sends records to a Graylog input: over UDP in chunks, over TCP with a NUL behind each. */
export function createGelfSink (
  target: Target,
  { tcp, prefix, onDropped }: { readonly tcp: boolean, readonly prefix: string, readonly onDropped: OnDropped }
): (record: LogRecord) => void {
  const write = createGelfMessage(prefix)
  if (tcp) {
    const sender = senderOf(`gelf tcp ${target.host} ${target.port}`, () => createStreamSender(target, onDropped))
    return (record) => { sender.send(Buffer.concat([Buffer.from(write(record)), end])) }
  }
  const sender = senderOf(`gelf udp ${target.host} ${target.port}`, () => createDatagramSender(target, onDropped))
  const drop = createDropCounter(onDropped)
  return function sendGelf (record) {
    const chunks = splitGelf(Buffer.from(write(record)))
    if (chunks === null) drop(1, 'the message is too long for UDP')
    else for (const chunk of chunks) sender.send(chunk)
  }
}
