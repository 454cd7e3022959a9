import { headerLines, replaceHeader, setRequestHeader, type Headers } from '@floodgate/core'
import { encodeQuery, readQuery } from '@floodgate/go/url'
import type { FastifyRequest } from 'fastify'
import { native, type Arguments } from '../library/arguments.ts'
import { fromBytes, toBytes } from '../machine/texts.ts'
import type { NativeFunction, NativeResult } from '../machine/values.ts'
import { createClass, type ObjectClass } from './classes.ts'
import { headerList, headers, type HeaderPlace } from './headers.ts'
import { hostOf } from './host.ts'
import type { Wrap } from './json-values.ts'

/** Reads the body of a client's request whole; null = there is none. */
export type ReadBody = (request: FastifyRequest) => Promise<Buffer | null> | null

const made = Symbol('floodgate.lua-body')

type Raw = FastifyRequest['raw'] & { [made]?: Buffer, rawBody?: Buffer }

/** Gives a request the body that a script has made, when parsers have had their turn. */
export function restoreBody (request: FastifyRequest): void {
  const body = (request.raw as Raw)[made]
  if (body !== undefined) request.body = body
}

/** A client's request before its headers and its query are filtered. */
export class ScriptContext implements HeaderPlace {
  readonly request: FastifyRequest
  readonly #read: ReadBody
  #body: Buffer | null = null

  constructor (request: FastifyRequest, read: ReadBody) {
    this.request = request
    this.#read = read
  }

  get raw (): FastifyRequest['raw'] { return this.request.raw }

  /** Path and query. */
  get url (): string { return this.raw.url! }

  set url (url: string) { this.raw.url = url }

  /** The host is not a header in Go. */
  all (): Readonly<Headers> {
    const { host: _host, ...others } = headerLines(this.request)
    return Object.fromEntries(Object.entries(others).filter(([name]) => !name.startsWith(':')))
  }

  set (name: string, value: string | string[]): void { setRequestHeader(this.request, name, value) }

  setHost (host: string): void { replaceHeader(this.request, 'host', host) }

  remove (name: string): void { delete this.raw.headers[name] }

  body (): Buffer | Promise<Buffer> {
    if (this.#body !== null) return this.#body
    const held = this.#read(this.request)
    if (held === null) return Buffer.alloc(0)
    return held.then((body) => {
      this.#body = body ?? Buffer.alloc(0)
      return this.#body
    })
  }

  /** The client's body is read first, so that its connection can be used again. */
  setBody (body: Buffer): undefined | Promise<undefined> {
    const raw = this.raw as Raw
    const set = (): undefined => {
      this.#body = body
      raw[made] = body
      this.request.body = body
      // Where the engine looks for a body that a hook has read.
      if (raw.rawBody !== undefined) raw.rawBody = body
      if (raw.rawBody !== undefined && raw.headers['content-length'] !== undefined) raw.headers['content-length'] = String(body.length)
    }
    const held = this.#body === null ? this.#read(this.request) : null
    return held === null ? set() : held.then(set)
  }
}

/** `ctx`: the client's request. */
export function createContextClass (wrap: Wrap): ObjectClass {
  const method = (name: string, body: (args: Arguments, context: ScriptContext) => NativeResult): NativeFunction => native(name, (args) => {
    const { value } = args.userdata(1)
    if (!(value instanceof ScriptContext)) throw args.machine.failure('ginContext expected')
    return body(args, value)
  })
  return createClass([native('load', ({ machine }) => hostOf(machine).loaded.ctx)], [
    method('method', (args, { raw }) => {
      if (args.count === 1) return raw.method!
      const given = args.string(2)
      if (!/^[A-Za-z-]+$/.test(given)) throw args.machine.failure(`invalid method ${JSON.stringify(given)}`)
      raw.method = given
      return []
    }),
    method('url', (args, context) => {
      if (args.count === 1) return context.url
      context.url = addressOf(args, fromBytes(args.string(2)))
      return []
    }),
    method('host', (args, context) => {
      if (args.count === 1) return context.request.host
      context.setHost(args.string(2))
      return []
    }),
    method('query', query),
    method('params', (args, { request }) => {
      const params = request.params as Record<string, string>
      if (args.count === 1) return wrap.object({ ...params })
      const name = fromBytes(args.string(2))
      if (args.count === 2) return toBytes(Object.hasOwn(params, name) ? params[name]! : '')
      ;(request as { params: unknown }).params = { ...params, [name]: fromBytes(args.string(3)) }
      return []
    }),
    method('headers', (args, context) => headers(args, context, wrap)),
    method('headerList', (args, context) => headerList(args, context, wrap)),
    method('body', (args, context) => {
      if (args.count > 1) return context.setBody(Buffer.from(args.string(2), 'latin1'))
      const given = (bytes: Buffer): string => {
        args.machine.budget.takeString(bytes.length)
        return bytes.toString('latin1')
      }
      const body = context.body()
      return Buffer.isBuffer(body) ? given(body) : body.then(given)
    })
  ])
}

function query (args: Arguments, context: ScriptContext): NativeResult {
  if (args.count === 1) throw args.machine.failure('need arguments')
  const [path, text] = splitUrl(context.url)
  const values = readQuery(text) ?? {}
  const name = fromBytes(args.string(2))
  if (args.count === 2) return toBytes(Object.hasOwn(values, name) ? values[name]![0]! : '')
  const changed = { ...values, [name]: [fromBytes(args.string(3))] }
  context.url = `${path}?${encodeQuery(changed)}`
  return []
}

function splitUrl (url: string): [path: string, query: string] {
  const at = url.indexOf('?')
  return at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)]
}

/** Path and query of an address; characters that a request line cannot have are escaped. */
function addressOf (args: Arguments, address: string): string {
  if (!URL.canParse(address, 'http://host')) throw args.machine.failure(`invalid URL ${JSON.stringify(address)}`)
  const { pathname, search } = new URL(address, 'http://host')
  return pathname + search
}
