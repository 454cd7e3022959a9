import type { Decode } from './content.ts'
import { createJsonDecoder } from './json.ts'
import { decodeRss } from './rss.ts'
import { decodeXml } from './xml.ts'
import { createYamlDecoder } from './yaml.ts'

/**
 * Creates the decoder of a backend's `encoding` (lower case; an unknown one is `json`).
 *
 * @param exact the document will be changed, so that keeping its text has no benefit
 * @param unread it will rarely be inspected, so that parsing a long one has no benefit
 */
export function createDecoder (encoding: string, isCollection: boolean, exact: boolean, unread = false): Decode {
  switch (encoding) {
    case 'string': return (body) => ({ content: body.toString() })
    case 'xml': return isCollection ? (body) => ({ collection: decodeXml(body) }) : decodeXml
    case 'rss': return decodeRss
    case 'yaml': return createYamlDecoder(isCollection)
    default: return createJsonDecoder({ isCollection, safe: encoding === 'safejson', exact, unread })
  }
}
