import { DecodedResponse, type Fault, JsonText, type StepResponse } from '@floodgate/core'
import { joinFaults } from '../errors.ts'
import { discard } from '../read-body.ts'
import { joinFields, readFields } from '../shape/fields.ts'
import { setKey } from '../shape/set-key.ts'

type Data = Record<string, unknown>

const EMPTY = new JsonText(Buffer.from('{}'), {})

/**
 * Merges what several backends answered, fields of the first level only; of equal ones the backend that comes later in
 * the configuration wins (the reference lets the answer win that arrives later). Raw answers count as empty documents.
 *
 * @param parts at least one, in the order of the configuration
 * @param faults of the backends that failed
 */
export function mergeResponses (parts: readonly StepResponse[], faults: readonly Fault[]): StepResponse {
  const complete = faults.length === 0 && parts.every((part) => part.complete && !isNull(part))
  const fault = faults.length > 0 ? joinFaults(faults) : parts.find((part) => part.fault !== null)?.fault ?? null
  const texts = parts.map(textOf)
  return new DecodedResponse(texts.every((text) => text !== null) ? joinTexts(texts) : assignAll(parts), complete, fault)
}

/** Joins objects without writing them anew; of equal keys the later one stays. */
export function joinTexts (texts: readonly JsonText[]): JsonText {
  if (texts.length === 1) return texts[0]!
  const plain: Data = {}
  const members: Buffer[] = []
  for (const text of [...texts].reverse()) {
    const taken: string[] = []
    const keys = Object.keys(text.plain)
    for (const key of keys) {
      if (Object.hasOwn(plain, key)) taken.push(key)
      else setKey(plain, key, text.plain[key])
    }
    if (taken.length < keys.length) members.unshift(taken.length === 0 ? text.members : without(text, taken))
  }
  return JsonText.join(members, plain)
}

function without (text: JsonText, keys: readonly string[]): Buffer {
  const fields = readFields(text)
  for (const key of keys) fields.delete(key)
  return joinFields(fields).members
}

function assignAll (parts: readonly StepResponse[]): Data {
  const merged: Data = {}
  for (const { data } of parts) {
    if (data !== null) for (const key of Object.keys(data)) setKey(merged, key, data[key])
  }
  return merged
}

function textOf (part: StepResponse): JsonText | null {
  if (part instanceof DecodedResponse) return isNull(part) ? EMPTY : part.text
  discard(part.body)
  return part.data === null ? EMPTY : null
}

/** A document that is `null` has nothing to merge, and the answer is not complete without it. */
function isNull (part: StepResponse): boolean {
  return part instanceof DecodedResponse && part.text === null && part.data === null
}
