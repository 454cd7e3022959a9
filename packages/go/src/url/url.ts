import { quoteText } from '../quote/quote.ts'
import { fromBinary, toBinary, wellFormed } from '../text/go-string.ts'
import { escapePart, unescapePart, UrlProblem } from './escape.ts'
import { splitUrl } from './split-url.ts'

/** The parts of a URL, escapes resolved. */
export interface GoUrl {
  scheme: string
  opaque: string
  /** In escaped form; null when there is none. */
  userinfo: string | null
  host: string
  path: string
  query: string
  fragment: string
}

/**
 * Parses a URL as net/url does.
 *
 * @throws {UrlProblem}
 */
export function parseUrl (text: string): GoUrl {
  const { scheme, opaque, userinfo, host, path, query, fragment } = splitUrl(toBinary(text))
  return {
    scheme,
    opaque: fromBinary(opaque),
    userinfo: userinfo?.map((part) => escapePart(fromBinary(part!), 'userinfo')).join(':') ?? null,
    host: fromBinary(host),
    path: fromBinary(unescapePart(path, 'path')),
    query: fromBinary(query ?? ''),
    fragment: fromBinary(unescapePart(fragment, 'fragment'))
  }
}

/** Parses a URL as url.Parse does; a text is what it says about one that it cannot read. */
export function readUrl (text: string): GoUrl | string {
  try {
    return parseUrl(wellFormed(text))
  } catch (error) {
    if (error instanceof UrlProblem) return `parse ${quoteText(text)}: ${error.message}`
    throw error
  }
}

/** Writes a URL as net/url does. */
export function formatUrl (url: GoUrl): string {
  const { scheme, opaque, userinfo, host, query, fragment } = url
  let text = scheme === '' ? '' : scheme + ':'
  if (opaque !== '') {
    text += opaque
  } else {
    const path = url.path === '*' ? '*' : escapePart(url.path, 'path')
    const hasAuthority = scheme !== '' || host !== '' || userinfo !== null
    if (hasAuthority && (host !== '' || url.path !== '' || userinfo !== null)) text += '//'
    if (userinfo !== null) text += userinfo + '@'
    text += escapePart(host, 'host')
    if (path !== '' && !path.startsWith('/') && host !== '') text += '/'
    if (text === '' && path.split('/')[0]!.includes(':')) text = './'
    text += path
  }
  if (query !== '') text += '?' + query
  return fragment === '' ? text : `${text}#${escapePart(fragment, 'fragment')}`
}
