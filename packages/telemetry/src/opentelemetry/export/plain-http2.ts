import { connect, type ClientHttp2Session } from 'node:http2'
import { timerTime } from '@floodgate/go/duration'
import type { Transport } from './post.ts'

/** Sends requests over HTTP/2 without TLS: one session, opened when it is needed. */
export function createPlainHttp2 (dialTimeout: number): Transport {
  let session: ClientHttp2Session | null = null

  function open (origin: string): ClientHttp2Session {
    if (session !== null && !session.closed && !session.destroyed) return session
    const opened = session = connect(origin)
    // Its streams fail with the same error, and tell it.
    opened.on('error', () => {})
    opened.setTimeout(timerTime(Math.max(dialTimeout, 60_000)), () => { opened.close() })
    opened.unref()
    return opened
  }

  return {
    send ({ origin, path, headers, body, timeout }) {
      return new Promise((resolve, reject) => {
        const stream = open(origin).request({ ':method': 'POST', ':path': path, ...headers })
        let fields: Record<string, string | string[] | undefined> = {}
        let status = 0
        const timer = setTimeout(() => { stream.destroy(new Error(`no answer within ${timeout} ms`)) }, timeout)
        stream.on('response', ({ ':status': code, ...others }) => {
          status = code ?? 0
          fields = others as typeof fields
        })
        stream.on('trailers', (trailers) => { fields = { ...fields, ...trailers as typeof fields } })
        stream.on('error', reject)
        stream.on('close', () => {
          clearTimeout(timer)
          if (status === 0) reject(new Error('the collector closed the connection'))
          else resolve({ status, fields })
        })
        stream.resume()
        stream.end(body)
      })
    },
    close () {
      const open = session
      session = null
      return new Promise((resolve) => {
        if (open === null || open.destroyed) resolve()
        else open.close(() => { resolve() })
      })
    }
  }
}
