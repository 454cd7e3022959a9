import { connect, type ClientHttp2Session } from 'node:http2'
import { timerTime } from '@floodgate/go/duration'
import { AnswerBody } from './answer-body.ts'
import type { Transport } from './post.ts'

/** Sends requests over HTTP/2 without TLS: one session, opened when it is needed. */
export function createPlainHttp2 (dialTimeout: number): Transport {
  let session: ClientHttp2Session | null = null

  function open (origin: string): ClientHttp2Session {
    if (session !== null && !session.closed && !session.destroyed) return session
    const opened = session = connect(origin, { settings: { enablePush: false } })
    // Its streams fail with the same error, and tell it.
    opened.on('error', () => {})
    opened.setTimeout(timerTime(Math.max(dialTimeout, 60_000)), () => { opened.close() })
    opened.unref()
    return opened
  }

  return {
    send ({ origin, path, headers, body: sent, timeout }) {
      return new Promise((resolve, reject) => {
        const session = open(origin)
        const stream = session.request({ ':method': 'POST', ':path': path, ...headers })
        let fields: Record<string, string | string[] | undefined> = {}
        let status = 0
        const body = new AnswerBody()
        const timer = setTimeout(() => {
          stream.destroy(new Error(`no complete answer within ${timeout} ms`))
          // Its other end may be gone: the next request opens another one.
          session.destroy()
        }, timerTime(timeout))
        stream.on('response', ({ ':status': code, ...others }) => {
          status = code ?? 0
          fields = others as typeof fields
        })
        stream.on('trailers', (trailers) => { fields = { ...fields, ...trailers as typeof fields } })
        stream.on('error', reject)
        stream.on('close', () => {
          clearTimeout(timer)
          if (status === 0) reject(new Error('the collector closed the connection'))
          else resolve({ status, fields, body: body.read() })
        })
        stream.on('data', (chunk: Buffer) => {
          if (!body.add(chunk)) stream.destroy(new Error('the answer of the collector is too long'))
        })
        stream.end(sent)
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
