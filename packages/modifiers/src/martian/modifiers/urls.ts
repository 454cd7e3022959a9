import { decodePercent, escapePart } from '@floodgate/go/url'
import type { Fields } from '../fields.ts'
import { branchesOf } from '../branches.ts'
import { authorityOf } from '../message-headers.ts'
import { filter, type MartianCall, type Modifier } from '../modifier.ts'
import type { Parser } from '../parser.ts'
import { compilePattern } from '../pattern.ts'
import { splitTarget } from '../split-target.ts'

/** `url.Modifier`: replaces the configured parts; with another host, the connection goes there and `Host` stays unchanged. */
export function urlModifier (fields: Fields): Modifier {
  const scheme = fields.text('scheme').toLowerCase()
  if (scheme !== '' && scheme !== 'http' && scheme !== 'https') fields.problem('scheme', 'must be "http" or "https"')
  const host = fields.text('host')
  if (host !== '' && !URL.canParse(`http://${host}`)) fields.problem('host', 'must be a host such as "api.internal:8080"')
  const path = escapePart(fields.text('path'), 'path')
  if (path !== '' && !path.startsWith('/')) fields.problem('path', 'must begin with "/"')
  const query = fields.text('query')

  if (/[\0-\x20\x7f-\uffff#]/.test(query)) fields.problem('query', 'contains a character that must be percent-encoded in a query')
  return {
    request ({ request, headers }) {
      if (host !== '' || scheme !== '') {
        headers.host ??= authorityOf(request.origin)
        request.origin = `${scheme || schemeOf(request.origin)}://${host || authorityOf(request.origin)}`
      }
      if (path === '' && query === '') return
      const [ownPath, ownQuery] = splitTarget(request.target)
      const newQuery = query || ownQuery
      request.target = (path || ownPath) + (newQuery === '' ? '' : `?${newQuery}`)
    },
    response: null
  }
}

/** `url.Filter`: matches all configured parts; `*` in `host` matches one label. */
export function urlFilter (fields: Fields, parser: Parser): Modifier {
  const scheme = fields.text('scheme')
  const host = fields.text('host')
  const labels = host === '' ? null : host.split('.')
  const path = fields.text('path')
  const query = fields.text('query')
  const { then, otherwise } = branchesOf(fields, parser)
  const fits = ({ request }: MartianCall): boolean => {
    const [ownPath, ownQuery] = splitTarget(request.target)
    return (scheme === '' || schemeOf(request.origin) === scheme) &&
      (labels === null || fitsHost(authorityOf(request.origin), labels)) &&
      (path === '' || (decodePercent(ownPath) ?? ownPath) === path) &&
      (query === '' || ownQuery === query)
  }
  return filter({ request: fits, response: (_response, call) => fits(call) }, then, otherwise)
}

/** `url.RegexFilter`: matches the whole URL. */
export function urlRegexFilter (fields: Fields, parser: Parser): Modifier {
  const fits = compilePattern(fields, 'regex')
  const { then, otherwise } = branchesOf(fields, parser)
  const isMet = ({ request }: MartianCall): boolean => fits(request.origin + request.target)
  return filter({ request: isMet, response: (_response, call) => isMet(call) }, then, otherwise)
}

/** `http` or `https`. */
export function schemeOf (origin: string): string {
  return origin.slice(0, origin.indexOf(':'))
}

function fitsHost (authority: string, labels: readonly string[]): boolean {
  const own = authority.split('.')
  return own.length === labels.length && labels.every((label, i) => label === '*' || label === own[i])
}
