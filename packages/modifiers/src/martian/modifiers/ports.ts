import type { Fields } from '../fields.ts'
import { branchesOf } from '../branches.ts'
import { authorityOf } from '../message-headers.ts'
import { filter, type MartianCall, type Modifier } from '../modifier.ts'
import type { Parser } from '../parser.ts'
import { schemeOf } from './urls.ts'

const defaults: Readonly<Record<string, string>> = { http: '80', https: '443' }

/** `port.Modifier`: sets another port, sets the scheme's default, or removes the port, in the address and in `Host`. */
export function portModifier (fields: Fields): Modifier {
  const port = fields.number('port')
  const isDefault = fields.isOn('defaultForScheme')
  const removes = fields.isOn('remove')
  if ([port !== undefined, isDefault, removes].filter(Boolean).length !== 1) {
    fields.problem('port', 'write exactly one of "port", "defaultForScheme" and "remove"')
  }
  if (port !== undefined && (port < 1 || port > 65535)) fields.problem('port', 'must be a port from 1 to 65535')
  return {
    request ({ request, headers }) {
      const scheme = schemeOf(request.origin)
      const [host] = splitPort(authorityOf(request.origin))
      const authority = removes ? host : `${host}:${isDefault ? defaults[scheme]! : port}`
      request.origin = `${scheme}://${authority}`
      headers.host = authority
    },
    response: null
  }
}

/** `port.Filter`: matches the port of the address, or the scheme's default if it has none. */
export function portFilter (fields: Fields, parser: Parser): Modifier {
  const port = String(fields.number('port') ?? 0)
  const { then } = branchesOf(fields, parser, false)
  const isMet = ({ request: { origin } }: MartianCall): boolean =>
    (splitPort(authorityOf(origin))[1] ?? defaults[schemeOf(origin)]) === port
  return filter({ request: isMet, response: (_response, call) => isMet(call) }, then)
}

function splitPort (authority: string): [host: string, port: string | undefined] {
  const [, host = authority, port] = /^(.*?)(?::(\d+))?$/.exec(authority) ?? []
  return [host, port]
}
