import { formatTime, parseTime, UTC } from '@floodgate/go/time'
import type { Fields } from '../fields.ts'
import { appendHeader, setHeader, valuesOf } from '../message-headers.ts'
import { branchesOf } from '../branches.ts'
import { filter, type Modifier } from '../modifier.ts'
import type { Parser } from '../parser.ts'

/** `cookie.Modifier`: appends a cookie to those of the request, or a `Set-Cookie` to the response. */
export function cookieModifier (fields: Fields): Modifier {
  const name = fields.text('name')

  if (!/^[^\0-\x20\x7f-\uffff()<>@,;:\\"/[\]?={}]+$/.test(name)) {
    fields.problem('name', name === '' ? 'is missing: write the name of a cookie' : `${JSON.stringify(name)} is not a valid cookie name`)
  }
  const pair = `${name}=${quoteValue(fields.text('value'))}`
  const attributes = attributesOf(fields)
  return {
    request ({ headers }) {
      const sent = valuesOf(headers, 'cookie').join('; ')
      setHeader(headers, 'cookie', sent === '' ? pair : `${sent}; ${pair}`)
    },
    response: ({ headers }) => { appendHeader(headers, 'set-cookie', pair + attributes) }
  }
}

/** `cookie.Filter`: matches a cookie, with this value or with any. */
export function cookieFilter (fields: Fields, parser: Parser): Modifier {
  const name = fields.text('name')
  const value = fields.text('value')
  const { then, otherwise } = branchesOf(fields, parser)
  const fits = (pair: string): boolean => {
    const at = pair.indexOf('=')
    if (at === -1 || pair.slice(0, at).trim() !== name) return false
    return value === '' || pair.slice(at + 1).trim().replace(/^"(.*)"$/, '$1') === value
  }
  return filter({
    request: ({ headers }) => valuesOf(headers, 'cookie').some((line) => line.split(';').some(fits)),
    response: ({ headers }) => valuesOf(headers, 'set-cookie').some((line) => fits(line.split(';', 1)[0]!))
  }, then, otherwise)
}

const RFC3339 = '2006-01-02T15:04:05Z07:00'
/** Go's http.TimeFormat. */
const HTTP_TIME = 'Mon, 02 Jan 2006 15:04:05 GMT'

/** Attributes in the order of Go's Cookie.String. */
function attributesOf (fields: Fields): string {
  const path = fields.text('path')
  const domain = fields.text('domain')
  const expires = fields.text('expires')
  const maxAge = fields.number('maxAge') ?? 0
  const httpOnly = fields.isOn('httpOnly')
  const secure = fields.isOn('secure')
  const date = expires === '' ? null : parseTime(RFC3339, expires, UTC)
  if (typeof date === 'string') fields.problem('expires', 'must be a time such as "2030-01-31T12:00:00Z" (RFC 3339)')
  for (const field of ['path', 'domain']) {
    // eslint-disable-next-line no-control-regex -- characters that are not allowed in attributes
    if (/[\0-\x1f\x7f;]/.test(field === 'path' ? path : domain)) fields.problem(field, 'contains a semicolon or a control character')
  }
  return [
    path !== '' && `; Path=${path}`,
    domain !== '' && `; Domain=${domain.replace(/^\./, '')}`,
    date !== null && typeof date !== 'string' && `; Expires=${formatTime(date.in(UTC), HTTP_TIME)}`,
    maxAge !== 0 && `; Max-Age=${Math.max(0, maxAge)}`,
    httpOnly && '; HttpOnly',
    secure && '; Secure'
  ].filter((part) => part !== false).join('')
}

/**
 * As Go's sanitizeCookieValue: removes characters that are not allowed in a cookie, and quotes a value with blanks or
 * commas.
 */
function quoteValue (value: string): string {
  const clean = value.replace(/[^\x20-\x7e]|["\\;]/g, '')
  return /[ ,]/.test(clean) ? `"${clean}"` : clean
}
