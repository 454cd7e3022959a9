import { literalOf } from '@floodgate/core'
import { maxWrittenDepth } from '../decode/bounds.ts'
import { isObject } from '../shape/target.ts'
import { writeYamlKey, writeYamlNumber, writeYamlText } from './yaml-text.ts'

type Data = Record<string, unknown>

/**
 * Serializes a document as YAML as the reference does: keys sorted, lists not indented, numbers as quoted strings of
 * their digits.
 */
export function writeYaml (data: Data | null): string {
  if (data === null) return 'null\n'
  return (isFilled(data) ? writeMapping(data, '') : '{}') + '\n'
}

/** Texts are only appended: cutting or joining would copy them on each level. */
function writeMapping (mapping: Data, indent: string, first = indent): string {
  checkDepth(indent)
  let text = ''
  let before = first
  for (const key of Object.keys(mapping).sort()) {
    const value = mapping[key]
    text += `${before}${writeYamlKey(key)}:`
    if (Array.isArray(value) && value.length > 0) text += `\n${writeSequence(value, indent)}`
    else if (isFilled(value)) text += `\n${writeMapping(value, indent + '  ')}`
    else text += ` ${writeLeaf(value, indent)}`
    before = `\n${indent}`
  }
  return text
}

/** @param first prefix of the first item: '' if it is on the line of an outer item */
function writeSequence (items: readonly unknown[], indent: string, first = indent): string {
  checkDepth(indent)
  const inner = indent + '  '
  let text = ''
  let before = first
  for (const item of items) {
    text += `${before}- `
    if (Array.isArray(item) && item.length > 0) text += writeSequence(item, inner, '')
    else if (isFilled(item)) text += writeMapping(item, inner, '')
    else text += writeLeaf(item, indent)
    before = `\n${indent}`
  }
  return text
}

function checkDepth (indent: string): void {
  if (indent.length > 2 * maxWrittenDepth) throw new RangeError(`the document is nested more than ${maxWrittenDepth} levels deep`)
}

function writeLeaf (value: unknown, indent: string): string {
  if (Array.isArray(value)) return '[]'
  if (isObject(value)) return '{}'
  if (typeof value === 'boolean') return String(value)
  const literal = literalOf(value)
  if (literal !== null) return writeYamlNumber(literal)
  return typeof value === 'string' ? writeYamlText(value, indent) : 'null'
}

function isFilled (value: unknown): value is Data {
  return isObject(value) && Object.keys(value).length > 0
}
