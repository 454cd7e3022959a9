import { drainBody, goParams, holdBody, pathOf, type CoreRequest, type Headers } from '@floodgate/core'
import { encodeQuery, readQuery } from '@floodgate/go/url'
import { native, type Arguments } from '../library/arguments.ts'
import { fromBytes, toBytes } from '../machine/texts.ts'
import type { NativeFunction } from '../machine/values.ts'
import { brokenBody } from '../errors.ts'
import { createClass, type ObjectClass } from './classes.ts'
import { headerList, headers, type HeaderPlace } from './headers.ts'
import { hostOf } from './host.ts'
import type { Wrap } from './json-values.ts'

/** A request on its way, of an endpoint or of a backend. */
export class ScriptRequest implements HeaderPlace {
  readonly core: CoreRequest
  /** Set by a script, and without effect on what is called. */
  path: string | null = null
  url: string | null = null

  constructor (core: CoreRequest) {
    this.core = core
  }

  all (): Readonly<Headers> { return this.core.headers }

  set (name: string, value: string | string[]): void {
    this.core.headers = { ...this.core.headers, [name]: value }
  }

  remove (name: string): void {
    const { [name]: _removed, ...others } = this.core.headers
    this.core.headers = others
  }
}

/** What may be written into a header of every message, and would be wrong of another body. */
const ofItsBody = ['content-length', 'transfer-encoding'] as const

/** `request`: what the endpoint, or the backend, is asked. */
export function createRequestClass (wrap: Wrap): ObjectClass {
  const method = (name: string, body: (args: Arguments, request: ScriptRequest) => ReturnType<NativeFunction['run']>): NativeFunction =>
    native(name, (args) => {
      const { value } = args.userdata(1)
      if (!(value instanceof ScriptRequest)) throw args.machine.failure('request expected')
      return body(args, value)
    })
  return createClass([native('load', ({ machine }) => hostOf(machine).loaded.request)], [
    method('method', (args, { core }) => {
      if (args.count === 1) return core.method
      core.method = args.string(2)
      return []
    }),
    method('path', (args, request) => {
      if (args.count === 1) return toBytes(request.path ?? pathOf(request.core))
      request.path = fromBytes(args.string(2))
      return []
    }),
    method('query', (args, { core }) => {
      if (args.count === 1) return core.query === null ? '' : encodeQuery(core.query)
      core.query = readQuery(args.string(2))
      return []
    }),
    method('url', url),
    method('params', params),
    method('headers', (args, request) => headers(args, request, wrap)),
    method('headerList', (args, request) => headerList(args, request, wrap)),
    method('body', body)
  ])

  function params (args: Arguments, { core }: ScriptRequest): ReturnType<NativeFunction['run']> {
    const named = goParams(core.params)
    if (args.count === 1) return wrap.object(named)
    const name = fromBytes(args.string(2))
    if (args.count === 2) return toBytes(Object.hasOwn(named, name) ? named[name]! : '')
    const own = Object.keys(core.params).find((param) => param.charAt(0).toUpperCase() + param.slice(1) === name)
    core.params = { ...core.params, [own ?? name]: fromBytes(args.string(3)) }
    return []
  }
}

/** Empty before a host is chosen; there, a new one redirects the call. */
function url (args: Arguments, request: ScriptRequest): ReturnType<NativeFunction['run']> {
  const { core } = request
  if (args.count === 1) return toBytes(core.origin === '' ? request.url ?? '' : core.origin + core.target)
  const address = fromBytes(args.string(2))
  request.url = address
  if (core.origin === '') return []
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
    throw args.machine.failure(`unsupported protocol scheme: ${JSON.stringify(address)} is not an address of HTTP`)
  }
  const { origin, pathname, search } = new URL(address)
  core.origin = origin
  core.target = pathname + search
  return []
}

function body (args: Arguments, { core }: ScriptRequest): ReturnType<NativeFunction['run']> {
  if (args.count === 1) {
    const read = (): string => {
      const bytes = core.body as Buffer | null
      if (bytes === null) return ''
      args.machine.budget.takeString(bytes.length)
      return bytes.toString('latin1')
    }
    const held = holdBody(core, brokenBody)
    return held === null ? read() : held.then(read)
  }
  const text = args.string(2)
  drainBody(core.body)
  core.body = text === '' ? null : Buffer.from(text, 'latin1')
  const headers = { ...core.headers }
  for (const name of ofItsBody) delete headers[name]
  core.headers = headers
  return []
}
