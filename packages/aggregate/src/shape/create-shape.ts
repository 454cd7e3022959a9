import { JsonText, type Backend } from '@floodgate/core'
import type { Content } from '../decode/create-decoder.ts'
import { createFlatmap } from '../flatmap/create-flatmap.ts'
import type { BackendProxySettings } from '../settings.ts'
import { createAllow } from './allow.ts'
import { createDeny } from './deny.ts'
import { createMapping } from './mapping.ts'
import { createTarget } from './target.ts'

export type Data = Record<string, unknown>

export interface Shape {
  /** Shapes a document, which may be changed in place. */
  (content: Content): Content
  /** Whether it works on data; otherwise an untouched text stays one. */
  readonly exact: boolean
}

/**
 * Creates what shapes a backend's document: target → allow or deny → mapping → group; `flatmap_filter` takes the place
 * of the three in the middle (KrakenD pages "Data manipulation" and "Flatmap"). Null when nothing is configured.
 */
export function createShape ({ target, allow, deny, mapping, group, extra }: Pick<Backend, 'target' | 'allow' | 'deny' | 'mapping' | 'group' | 'extra'>): Shape | null {
  const flatmap = createFlatmap((extra.proxy as BackendProxySettings | undefined)?.flatmap_filter)
  const steps: ((data: Data | null) => Data | null)[] = []
  if (target !== '') steps.push(createTarget(target))
  if (flatmap !== null) {
    steps.push(flatmap)
  } else {
    if (allow.length > 0) steps.push(unlessNull(createAllow(allow)))
    else if (deny.length > 0) steps.push(unlessNull(createDeny(deny)))
    if (Object.keys(mapping).length > 0) steps.push(unlessNull(createMapping(mapping)))
  }
  if (steps.length === 0) return group === '' ? null : Object.assign(createGroup(group), { exact: false })
  if (group !== '') steps.push((data) => ({ [group]: data }))
  const shape = (content: Content) => {
    let data = content instanceof JsonText ? content.take() : content
    for (const step of steps) data = step(data)
    return data
  }
  return Object.assign(shape, { exact: true })
}

function createGroup (group: string): (content: Content) => Content {
  return (content) => content instanceof JsonText ? JsonText.wrap(group, content.bytes, content.plain) : { [group]: content }
}

function unlessNull (step: (data: Data) => Data): (data: Data | null) => Data | null {
  return (data) => data === null ? null : step(data)
}
