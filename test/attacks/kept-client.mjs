// A client that keeps connections and reads answers strictly.
import net from 'node:net'
import { createAnswerReader } from './answer-reader.mjs'

/** Creates a client of a port on this machine. `ask` resolves to the answer, its text, and what was wrong with it. */
export function createKeptClient ({ port, bound = 10_000 }) {
  const idle = []
  return {
    async ask (bytes, method = 'GET') {
      let connection = idle.pop()
      while (connection !== undefined && connection.socket.destroyed) connection = idle.pop()
      connection ??= { socket: net.connect(port(), '127.0.0.1').setNoDelay(true) }
      const { socket } = connection
      const reader = createAnswerReader([method])
      let late = false
      await new Promise((resolve) => {
        const timer = setTimeout(() => {
          late = true
          socket.destroy()
        }, bound)
        const over = () => {
          clearTimeout(timer)
          socket.removeAllListeners('data').removeAllListeners('close')
          resolve()
        }
        socket.removeAllListeners('error').on('error', () => {})
        socket.on('data', (chunk) => {
          reader.push(chunk)
          if (reader.complete > 0 || reader.problem !== null) over()
        })
        socket.on('close', () => {
          reader.end()
          over()
        })
        socket.write(bytes)
      })
      const [answer] = reader.answers
      if (reader.complete === 1 && reader.problem === null && answer.headers.connection !== 'close' && !socket.destroyed) idle.push(connection)
      else socket.destroy()
      return { answer, late, problem: reader.problem }
    },
    /** Ends what is idle: all, when nothing is asked. */
    close () {
      for (const { socket } of idle.splice(0)) socket.destroy()
    }
  }
}
