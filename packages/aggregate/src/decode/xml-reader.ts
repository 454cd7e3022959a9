import { badAnswer, tooMuch } from '../errors.ts'
import { maxXmlDepth, maxXmlNodes } from './bounds.ts'

/** Events of an XML document, in order. Names are as written, with their prefixes. */
export interface XmlHandler {
  open (name: string, attributes: readonly (readonly [name: string, value: string])[]): void
  /** Text up to the next markup; a CDATA section is a separate text. */
  text (text: string): void
  close (): void
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', apos: "'", quot: '"' }
const NAME = /[\p{L}_:][\p{L}\p{N}\p{M}_:.\-·]*/uy
const SPACE = /[ \t\r\n]*/y
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u
const REFERENCE = /&([^;&<]*;?)/g

/**
 * Reads the first element of an XML document as strictly as Go's encoding/xml does by default: well-formed elements,
 * quoted attributes, the five entities of XML and character references, but no declared entities, so that a document
 * cannot expand. Text before and everything after the element is ignored.
 *
 * @throws {FG_ERR_AGGREGATE_DECODE} there is no element, or it is not well-formed
 * @throws {FG_ERR_AGGREGATE_DECODE} there are more levels or nodes than the bounds allow
 */
export function readXml (xml: string, handler: XmlHandler): void {
  if (FORBIDDEN.test(xml)) throw fail('has characters that are not allowed in XML')
  const stack: string[] = []
  let nodes = 0
  let at = 0
  for (;;) {
    const markup = xml.indexOf('<', at)
    if (stack.length > 0) {
      if (markup < 0) throw fail('ends inside an element')
      if (markup > at) handler.text(readText(xml.slice(at, markup)))
    } else if (markup < 0) {
      throw fail('has no element')
    }
    at = markup
    if (xml.startsWith('<![CDATA[', at)) {
      const end = find(xml, ']]>', at + 9)
      if (stack.length > 0) handler.text(normalise(xml.slice(at + 9, end)))
      at = end + 3
    } else if (xml.startsWith('<!--', at)) {
      at = find(xml, '--', at + 4) + 3
      if (xml[at - 1] !== '>') throw fail('has -- inside a comment')
    } else if (xml.startsWith('<!', at)) {
      at = endOfDirective(xml, at)
    } else if (xml.startsWith('<?', at)) {
      const end = find(xml, '?>', at + 2)
      checkDeclaration(xml.slice(at + 2, Math.min(end, at + 200)))
      at = end + 2
    } else if (xml[at + 1] === '/') {
      const name = match(NAME, xml, at + 2)
      const end = at + 2 + name.length
      at = end + match(SPACE, xml, end).length
      if (name === '' || xml[at++] !== '>' || stack.pop() !== name) throw fail('closes an element that is not open')
      handler.close()
      if (stack.length === 0) return
    } else {
      const tag = readTag(xml, at + 1)
      nodes += 1 + tag.attributes.length
      if (nodes > maxXmlNodes) throw tooMuch(`has more than ${maxXmlNodes} elements and attributes`)
      if (stack.length === maxXmlDepth) throw tooMuch(`is nested more than ${maxXmlDepth} levels deep`)
      handler.open(tag.name, tag.attributes)
      at = tag.end
      if (!tag.empty) {
        stack.push(tag.name)
      } else {
        handler.close()
        if (stack.length === 0) return
      }
    }
  }
}

function readTag (xml: string, start: number): { name: string, attributes: [string, string][], empty: boolean, end: number } {
  const name = match(NAME, xml, start)
  if (name === '') throw fail('has a < that does not start an element')
  const attributes: [string, string][] = []
  let at = start + name.length
  for (;;) {
    at += match(SPACE, xml, at).length
    if (xml[at] === '>') return { name, attributes, empty: false, end: at + 1 }
    if (xml[at] === '/' && xml[at + 1] === '>') return { name, attributes, empty: true, end: at + 2 }
    const key = match(NAME, xml, at)
    at += key.length
    at += match(SPACE, xml, at).length
    if (key === '' || xml[at++] !== '=') throw fail('has an attribute without a value')
    at += match(SPACE, xml, at).length
    const quote = xml[at]
    if (quote !== '"' && quote !== "'") throw fail('has an attribute without quotes')
    const end = find(xml, quote, at + 1)
    const value = xml.slice(at + 1, end)
    if (value.includes('<')) throw fail('has a < inside an attribute')
    if (attributes.length === maxXmlNodes) throw tooMuch(`has more than ${maxXmlNodes} elements and attributes`)
    attributes.push([key, resolve(normalise(value))])
    at = end + 1
  }
}

function readText (text: string): string {
  if (text.includes(']]>')) throw fail('has ]]> outside CDATA')
  return resolve(normalise(text))
}

function normalise (text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
}

function resolve (text: string): string {
  return text.includes('&') ? text.replace(REFERENCE, replaceReference) : text
}

function replaceReference (_: string, name: string): string {
  if (name.endsWith(';')) {
    const entity = name.slice(0, -1)
    if (Object.hasOwn(ENTITIES, entity)) return ENTITIES[entity]!
    const code = /^#\d+$/.test(entity) ? Number(entity.slice(1)) : /^#x[\da-fA-F]+$/.test(entity) ? parseInt(entity.slice(2), 16) : NaN
    if (code <= 0x10ffff) {
      const char = String.fromCodePoint(code)
      if (!FORBIDDEN.test(char)) return char
    }
  }
  throw fail('has an unknown entity')
}

/** A document type may contain quotes, comments and declarations; it is skipped. */
function endOfDirective (xml: string, start: number): number {
  let depth = 0
  for (let at = start; at < xml.length; at++) {
    const char = xml[at]!
    if (char === '"' || char === "'") at = find(xml, char, at + 1)
    else if (xml.startsWith('<!--', at)) at = find(xml, '-->', at + 4) + 2
    else if (char === '<') depth++
    else if (char === '>' && --depth === 0) return at + 1
  }
  throw fail('ends inside a declaration')
}

function checkDeclaration (instruction: string): void {
  const version = /^xml\s(?:.*\s)?version\s*=\s*["']([^"']*)["']/s.exec(instruction)?.[1]
  if (version !== undefined && version !== '1.0') throw fail('has a version other than 1.0')
}

function match (pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? ''
}

function find (xml: string, what: string, from: number): number {
  const at = xml.indexOf(what, from)
  if (at < 0) throw fail('ends too early')
  return at
}

function fail (why: string) {
  return badAnswer(`the response of the backend is not valid XML: it ${why}`)
}
