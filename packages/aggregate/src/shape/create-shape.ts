import { JsonText, type Backend } from '@floodgate/core'
import type { Content } from '../decode/content.ts'
import { createFlatmap } from '../flatmap/create-flatmap.ts'
import type { BackendProxySettings } from '../settings.ts'
import { createAllow } from './allow.ts'
import { createDeny } from './deny.ts'
import { createMapping } from './mapping.ts'
import { createTarget } from './target.ts'
import { createTextShape } from './text-shape.ts'

type Data = Record<string, unknown>

type Settings = Pick<Backend, 'target' | 'allow' | 'deny' | 'mapping' | 'group' | 'extra'>
type DataStep = (data: Data | null) => Data | null

export interface Shape {
  /** Shapes a document, which may be changed in place. */
  (content: Content): Content
  /** Whether it needs parsed data; otherwise a text is not parsed. */
  readonly exact: boolean
}

/**
 * Creates the function that shapes a backend's document: target → allow or deny → mapping → group; `flatmap_filter`
 * replaces the three in the middle (KrakenD pages "Data manipulation" and "Flatmap"). Null if nothing is configured.
 */
export function createShape (backend: Settings): Shape | null {
  const { group } = backend
  const flatmap = createFlatmap((backend.extra.proxy as BackendProxySettings | undefined)?.flatmap_filter)
  const steps = listSteps(backend, flatmap)
  if (steps.length === 0 && group === '') return null
  const shapeText = flatmap === null ? createTextShape(backend) : null
  const shape = (content: Content): Content => {
    if (content instanceof JsonText) {
      if (shapeText === null) return shape(content.take())
      const text = shapeText(content)
      return group === '' ? text : JsonText.wrap(group, text.bytes, null)
    }
    let data = content
    for (const step of steps) data = step(data)
    return group === '' ? data : { [group]: data }
  }
  return Object.assign(shape, { exact: shapeText === null })
}

function listSteps ({ target, allow, deny, mapping }: Settings, flatmap: DataStep | null): DataStep[] {
  const steps: DataStep[] = []
  if (target !== '') steps.push(createTarget(target))
  if (flatmap !== null) return [...steps, flatmap]
  if (allow.length > 0) steps.push(unlessNull(createAllow(allow)))
  else if (deny.length > 0) steps.push(unlessNull(createDeny(deny)))
  if (Object.keys(mapping).length > 0) steps.push(unlessNull(createMapping(mapping)))
  return steps
}

function unlessNull (step: (data: Data) => Data): DataStep {
  return (data) => data === null ? null : step(data)
}
