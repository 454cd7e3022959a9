import { formatUrl, type GoUrl, parseUrl, UrlProblem } from '@floodgate/go/url'
import { ANY, anyDict, dictOf, STRING, typeOf, type Dict } from '../../evaluate/values.ts'
import { CallError } from '../../errors.ts'
import { define, dict, text, type FunctionTable } from '../definition.ts'

/** sprig's functions on URLs. */
export const urlFunctions: FunctionTable = {
  urlParse: define([text], dictOf(ANY), ([value]) => toDict(parse(value, 'unable to parse url'))),
  urlJoin: define([dict], STRING, ([parts]) => formatUrl(fromDict(parts)))
}

/** A URL may hold a password: the message does not repeat it. */
function parse (url: string, problem: string): GoUrl {
  try {
    return parseUrl(url)
  } catch (error) {
    if (error instanceof UrlProblem) throw new CallError(`${problem}: ${error.message}`)
    throw error
  }
}

function toDict ({ scheme, opaque, userinfo, host, path, query, fragment }: GoUrl): Dict {
  return anyDict([
    ['scheme', scheme], ['opaque', opaque], ['userinfo', userinfo ?? ''], ['host', host], ['hostname', hostname(host)], ['path', path], ['query', query], ['fragment', fragment]
  ])
}

function fromDict (parts: Dict): GoUrl {
  const [scheme, host, path, query, opaque, fragment, userinfo] =
    [
      'scheme', 'host', 'path', 'query', 'opaque', 'fragment', 'userinfo'
    ].map((key) => textOf(parts, key)) as [string, string, string, string, string, string, string]
  const user = userinfo === '' ? null : parse(`proto://${userinfo}@host`, 'unable to parse userinfo in dict').userinfo
  return { scheme, opaque, userinfo: user, host, path, query, fragment }
}

function textOf (parts: Dict, key: string): string {
  if (!parts.entries.has(key)) return ''
  const value = parts.entries.get(key)!
  if (typeof value === 'string') return value
  if (value === null) throw new CallError('runtime error: invalid memory address or nil pointer dereference')
  throw new CallError(`unable to parse ${key} key, must be of type string, but ${typeOf(value).kind} found`)
}

function hostname (host: string): string {
  return host.replace(/:[0-9]*$/, '').replace(/^\[(.*)\]$/, '$1')
}
