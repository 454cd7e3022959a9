import { Duplex } from 'node:stream'
import { Client, type Dispatcher } from 'undici'

/** What came of an answer. */
export interface Reading {
  /** It was read whole. */
  readonly ok: boolean
  readonly status: number
  /** Names in lower case and values, of one byte per character. */
  readonly fields: readonly (readonly [string, string])[]
  readonly body: string
  /** Why it was not. */
  readonly error?: string
}

/** Reads an answer, after which the connection ends, with undici's own parser. */
export async function readByUndici (text: string, method: string): Promise<Reading> {
  const socket = new Duplex({
    read () {},
    write (_chunk, _encoding, done) {
      done()
      if (sent) return
      sent = true
      // undici counts a request as running only when it has returned from writing it.
      setImmediate(() => {
        this.push(Buffer.from(text, 'latin1'))
        this.push(null)
      })
    }
  })
  let sent = false
  Object.assign(socket, { setTimeout () {}, ref () {}, unref () {}, setKeepAlive () {}, setNoDelay () {} })
  const client = new Client('http://a', { connect: (_options, done) => { queueMicrotask(() => { done(null, socket as never) }) }, maxHeaderSize: 1024 * 1024, bodyTimeout: 0, headersTimeout: 0 })
  const reading = await new Promise<Reading>((resolve) => {
    let status = 0
    let fields: [string, string][] = []
    let body = ''
    client.dispatch({ path: '/', method: method as Dispatcher.HttpMethod, body: method === 'POST' ? 'x' : null, reset: false }, {
      onRequestStart () {},
      onResponseStart ({ rawHeaders }, given) {
        if (given < 200) return
        const raw = rawHeaders as unknown as Buffer[]
        status = given
        fields = []
        for (let i = 0; i < raw.length; i += 2) fields.push([raw[i]!.toString('latin1').toLowerCase(), raw[i + 1]!.toString('latin1')])
      },
      onResponseData (_controller, chunk) { body += chunk.toString('latin1') },
      onResponseEnd () { resolve({ ok: true, status, fields, body }) },
      onResponseError (_controller, error) { resolve({ ok: false, status, fields, body, error: error.message }) }
    })
  })
  client.destroy(null, () => {})
  socket.on('error', () => {}).destroy()
  return reading
}
