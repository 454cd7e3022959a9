import { connect, type Socket } from 'node:net'
import { createDropCounter, MOST_WAITING, type OnDropped, type Sender, type Target } from './sender.ts'

/** Waits between attempts to connect, in ms. */
const FIRST_PAUSE = 100
const LONGEST_PAUSE = 5_000
const CONNECT_TIMEOUT = 5_000

/**
 * Creates a sender over one connection, TCP or a Unix socket of a stream, which is opened with the first message and again
 * when it breaks. Messages wait meanwhile; those that the system had taken when a connection broke are lost.
 */
export function createStreamSender (target: Target | { readonly path: string }, onDropped: OnDropped): Sender {
  const drop = createDropCounter(onDropped)
  let waiting: Buffer[] = []
  let bytes = 0
  let socket: Socket | null = null
  let isOpen = false
  let pause = 0
  let timer: NodeJS.Timeout | undefined
  let emptied: (() => void)[] = []

  function open (): void {
    const opened = socket = connect({ ...target, timeout: CONNECT_TIMEOUT })
    opened.unref()
    opened.on('connect', () => {
      isOpen = true
      pause = 0
      opened.setTimeout(0)
      write()
    })
    opened.on('timeout', () => { opened.destroy(new Error('no connection in 5 s')) })
    opened.on('drain', write)
    // What a server says is of no use.
    opened.on('data', () => {})
    opened.on('error', (error) => { drop(0, error.message) })
    opened.on('close', () => {
      socket = null
      isOpen = false
      pause = Math.min(Math.max(pause * 2, FIRST_PAUSE), LONGEST_PAUSE)
      timer = setTimeout(() => {
        timer = undefined
        if (waiting.length > 0) open()
      }, pause).unref()
    })
  }

  function write (): void {
    if (!isOpen || socket === null || socket.writableNeedDrain || waiting.length === 0) return
    const batch = Buffer.concat(waiting)
    waiting = []
    bytes = 0
    socket.write(batch, () => {
      if (waiting.length > 0) return
      const told = emptied
      emptied = []
      for (const tell of told) tell()
    })
  }

  return {
    send (message) {
      if (bytes + message.length > MOST_WAITING) { drop(1, 'too many messages are waiting'); return }
      waiting.push(message)
      bytes += message.length
      if (isOpen) write()
      else if (socket === null && timer === undefined) open()
    },
    flush: (ms) => waiting.length === 0 && (socket === null || socket.writableLength === 0)
      ? Promise.resolve()
      : new Promise((resolve) => {
        const timer = setTimeout(resolve, ms)
        emptied.push(() => { clearTimeout(timer); resolve() })
      })
  }
}
