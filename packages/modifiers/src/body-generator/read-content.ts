import { createDecoder } from '@floodgate/aggregate'
import { JsonText, parseExact, type Headers } from '@floodgate/core'
import { readQuery } from '@floodgate/go/url'
import { isJson } from './template.ts'

const decodeXml = createDecoder('xml', false, true)

/**
 * Reads a body as its Content-Type says: JSON and XML as data, a form as a map of lists, anything else as text; null
 * without one.
 *
 * @throws it is not what the type says
 */
export function readContent (body: Buffer | null, headers: Readonly<Headers>): unknown {
  if (body === null || body.length === 0) return null
  const value = headers['content-type']
  const type = (Array.isArray(value) ? value[0] : value) ?? ''
  if (isJson(type)) return parseExact(body)
  if (/[/+]xml\s*(?:;|$)/i.test(type)) {
    const content = decodeXml(body)
    return content instanceof JsonText ? content.take() : content
  }
  if (/^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(type)) return { ...readQuery(body.toString(), 0, null) }
  return body.toString()
}

/** The same; what is not what its type says is text. */
export function readOrText (body: Buffer | null, headers: Readonly<Headers>): unknown {
  try {
    return readContent(body, headers)
  } catch {
    return body!.toString()
  }
}
