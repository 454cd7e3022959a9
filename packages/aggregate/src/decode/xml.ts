import { badAnswer } from '../errors.ts'
import { setKey } from '@floodgate/core'
import { readXml } from './xml-reader.ts'

type Data = Record<string, unknown>

const SPACES = '\t\r\b\n '

interface Element {
  name: string
  /** Attributes and child elements. */
  members: Data
  filled: boolean
  /** Text that came before any member. */
  text: string | null
}

/**
 * Decodes XML as the reference's mxj does: attributes as `-name`, text as `#text` if the element has attributes or
 * children, equal names as lists, all values as strings, `""` for an empty element, no namespaces. If there are several
 * texts, the one before all attributes and elements is used, otherwise the last one.
 */
export function decodeXml (body: Buffer): Data {
  const root: Data = {}
  const open: Element[] = []
  readXml(toText(body), {
    open (name, attributes) {
      const element: Element = { name: localName(name), members: {}, filled: attributes.length > 0, text: null }
      for (const [key, value] of attributes) setKey(element.members, '-' + localName(key), value)
      open.push(element)
    },
    text (chunk) {
      const text = trim(chunk)
      if (text === '') return
      const element = open.at(-1)!
      if (element.filled) element.members['#text'] = text
      else element.text = text
    },
    close () {
      const { name, members, filled, text } = open.pop()!
      if (filled && text !== null) members['#text'] = text
      const value = filled ? members : text ?? ''
      const parent = open.at(-1)
      if (parent === undefined) setKey(root, name, value)
      else addMember(parent, name, value)
    }
  })
  return root
}

function addMember (parent: Element, name: string, value: unknown): void {
  parent.filled = true
  if (!Object.hasOwn(parent.members, name)) {
    setKey(parent.members, name, value)
    return
  }
  const before = parent.members[name]
  if (Array.isArray(before)) before.push(value)
  else setKey(parent.members, name, [before, value])
}

/** A name with several colons has no prefix. */
function localName (name: string): string {
  const colon = name.indexOf(':')
  return colon <= 0 || colon === name.length - 1 || name.includes(':', colon + 1) ? name : name.slice(colon + 1)
}

/**
 * Trims the white space that mxj trims; without a regular expression, because a pattern anchored at the end would be
 * quadratic.
 */
function trim (text: string): string {
  let start = 0
  let end = text.length
  while (start < end && SPACES.includes(text[start]!)) start++
  while (end > start && SPACES.includes(text[end - 1]!)) end--
  return text.slice(start, end)
}

/** Decodes the bytes in the encoding of the XML declaration; without one, as UTF-8. */
export function toText (body: Buffer): string {
  const label = /^(?:\xef\xbb\xbf)?<\?xml\s[^>]*?encoding\s*=\s*["']([^"']+)["']/.exec(body.toString('latin1', 0, 200))?.[1]
  try {
    const decoder = new TextDecoder(label ?? 'utf-8', { fatal: true })
    return decoder.encoding === 'windows-1252' ? readWindows1252(body) : decoder.decode(body)
  } catch (error) {
    throw badAnswer(`the response of the backend is not XML in ${label ?? 'UTF-8'}`, error)
  }
}

/** Node 20 and 22 decode it as ISO-8859-1. */
function readWindows1252 (body: Buffer): string {
  return body.toString('latin1').replace(/[\x80-\x9f]/g, (char) => HIGH[char.charCodeAt(0) - 0x80]!)
}

/** Characters of the bytes from 0x80 to 0x9f (WHATWG Encoding, index windows-1252). */
const HIGH = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'
