import { literalOf } from '@floodgate/core'
import { isObject } from '../shape/target.ts'

type Data = Record<string, unknown>

/** Root of a document with any number of fields other than one. */
const ROOT = 'doc'

const NAME = /^[\p{L}_][\p{L}\p{N}\p{M}_:.\-·]*$/u
const NO_NAME_CHARS = /[^\p{L}\p{N}\p{M}_:.\-·]/gu
const NO_NAME_START = /^[^\p{L}_]/u
const SPECIAL = /[&<>"']/g
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu

/**
 * Serializes a document as XML as the reference's mxj does: keys sorted, a list as its element repeated, `-name` as an
 * attribute, `#text` as text, null and empty values, including lists, as `<name/>`. A single field is the root, unless
 * it is a list with values other than objects; otherwise the root is `<doc>`.
 *
 * Unlike there, a key that is not a valid XML name is converted to one (`_` replaces invalid characters).
 */
export function writeXml (data: Data | null): string {
  const keys = Object.keys(data ?? {})
  const value = keys.length === 1 ? data![keys[0]!] : undefined
  return keys.length !== 1 || (Array.isArray(value) && !value.every(isObject))
    ? writeElement(ROOT, data ?? {})
    : writeElement(toName(keys[0]!), value)
}

function writeElement (name: string, value: unknown): string {
  if (Array.isArray(value)) {
    if (value.length === 0) return `<${name}/>`
    let text = ''
    for (const item of value) text += writeElement(name, item)
    return text
  }
  if (isObject(value)) return writeObject(name, value)
  const text = toText(value)
  return text === '' ? `<${name}/>` : `<${name}>${text}</${name}>`
}

function writeObject (name: string, object: Data): string {
  const keys = Object.keys(object).sort()
  const isAttribute = (key: string) => key.length > 1 && key.startsWith('-') && object[key] !== null && typeof object[key] !== 'object'
  const attributes = keys.filter(isAttribute).map((key) => ` ${toName(key.slice(1))}="${toText(object[key])}"`).join('')
  const children = keys.filter((key) => !isAttribute(key))
  if (children.length === 0) return `<${name}${attributes}/>`
  // Appended, not joined: joining would copy the inner text on each level.
  let content = ''
  for (const key of children) {
    content += key === '#text' && !isComposite(object[key])
      ? toText(object[key])
      : writeElement(toName(key), object[key])
  }
  return `<${name}${attributes}>${content}</${name}>`
}

function isComposite (value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function toText (value: unknown): string {
  if (value === null || value === undefined) return ''
  const text = literalOf(value) ?? String(value)
  return text.replace(SPECIAL, (char) => ENTITIES[char]!).replace(FORBIDDEN, '\ufffd')
}

function toName (key: string): string {
  if (NAME.test(key)) return key
  const name = key.replace(NO_NAME_CHARS, '_')
  return name === '' || NO_NAME_START.test(name) ? '_' + name.replace(/^[^\p{L}\p{N}_]/u, '') : name
}
