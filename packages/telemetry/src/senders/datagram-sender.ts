import { createSocket, type Socket } from 'node:dgram'
import { createDropCounter, MOST_WAITING, type OnDropped, type Sender, type Target } from './sender.ts'

/**
 * Creates a sender of UDP datagrams; its socket is opened with the first message. A name is resolved for each message by
 * the system, as its address may change.
 */
export function createDatagramSender ({ host, port }: Target, onDropped: OnDropped): Sender {
  const drop = createDropCounter(onDropped)
  let socket: Socket | null = null
  let waiting = 0
  let emptied: (() => void)[] = []

  function open (): Socket {
    const opened = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4' })
    opened.unref()
    opened.on('error', (error) => {
      drop(0, error.message)
      opened.close()
      socket = null
    })
    return opened
  }

  return {
    send (message) {
      if (waiting + message.length > MOST_WAITING) { drop(1, 'too many messages are waiting'); return }
      waiting += message.length
      socket ??= open()
      socket.send(message, port, host, (error) => {
        waiting -= message.length
        if (error !== null) drop(1, error.message)
        if (waiting > 0) return
        const told = emptied
        emptied = []
        for (const tell of told) tell()
      })
    },
    flush: (ms) => waiting === 0
      ? Promise.resolve()
      : new Promise((resolve) => {
        const timer = setTimeout(resolve, ms)
        emptied.push(() => { clearTimeout(timer); resolve() })
      })
  }
}
