import { literalOf } from '@floodgate/core'
import { isObject } from '../shape/target.ts'
import { writeYamlKey, writeYamlNumber, writeYamlText } from './yaml-text.ts'

type Data = Record<string, unknown>

/** Writes a document as YAML as the reference does: keys sorted, lists not indented, numbers as quoted texts of their digits. */
export function writeYaml (data: Data | null): string {
  if (data === null) return 'null\n'
  return (isFilled(data) ? writeMapping(data, '') : '{}') + '\n'
}

function writeMapping (mapping: Data, indent: string): string {
  return Object.keys(mapping).sort().map((key) => {
    const value = mapping[key]
    const name = `${indent}${writeYamlKey(key)}:`
    if (Array.isArray(value) && value.length > 0) return `${name}\n${writeSequence(value, indent)}`
    if (isFilled(value)) return `${name}\n${writeMapping(value, indent + '  ')}`
    return `${name} ${writeLeaf(value, indent)}`
  }).join('\n')
}

function writeSequence (items: readonly unknown[], indent: string): string {
  const inner = indent + '  '
  return items.map((item) => {
    if (Array.isArray(item) && item.length > 0) return `${indent}- ${writeSequence(item, inner).slice(inner.length)}`
    if (isFilled(item)) return `${indent}- ${writeMapping(item, inner).slice(inner.length)}`
    return `${indent}- ${writeLeaf(item, indent)}`
  }).join('\n')
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
