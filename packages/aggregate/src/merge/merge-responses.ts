import { DecodedResponse, type Fault, isDocument, JsonText, setKey, SkippedResponse, type StepResponse } from '@floodgate/core'
import { joinFaults } from '../errors.ts'
import { discard } from '../read-body.ts'
import { joinFields, readFields } from '../shape/fields.ts'

type Data = Record<string, unknown>

/**
 * Merges the responses of several backends on the first level of fields. If fields have the same name, the backend that
 * is later in the configuration takes precedence (in the reference, the response that arrives later). Raw responses
 * count as empty documents.
 *
 * @param answers at least one, in the order of the configuration; those that were skipped are left out
 * @param faults of the backends that failed
 * @param bare the response is not copied with `{ ...response }`
 */
export function mergeResponses (answers: readonly StepResponse[], faults: readonly Fault[], bare = false): StepResponse {
  const parts = answers.some(isSkipped) ? answers.filter((answer) => !isSkipped(answer)) : answers
  if (parts.length === 0) return new DecodedResponse({}, faults.length === 0, faults.length === 0 ? null : joinFaults(faults), bare)
  let complete = faults.length === 0
  let fault = complete ? null : joinFaults(faults)
  let texts: JsonText[] | null = []
  for (const part of parts) {
    if (!part.complete || isNull(part)) complete = false
    fault ??= part.fault
    const text = textOf(part)
    if (text === null) texts = null
    else texts?.push(text)
  }
  return new DecodedResponse(texts === null ? assignAll(parts) : joinTexts(texts), complete, fault, bare)
}

/** Joins objects without serializing them again; the later one of equal keys is kept. */
function joinTexts (texts: readonly JsonText[]): JsonText {
  if (texts.length === 1) return texts[0]!
  for (let i = 0; i < texts.length - 1; i++) {
    for (const key in texts[i]!.plain) if (isIn(texts, key, i + 1)) return JsonText.merge(dropDoubles(texts))
  }
  return JsonText.merge(texts)
}

/** Removes the keys that a later text has from the texts before it. */
function dropDoubles (texts: readonly JsonText[]): JsonText[] {
  return texts.map((text, i) => {
    const doubles = Object.keys(text.plain).filter((key) => isIn(texts, key, i + 1))
    return doubles.length === 0 ? text : without(text, doubles)
  })
}

/** Returns whether a text has a key after this position. */
function isIn (texts: readonly JsonText[], key: string, from: number): boolean {
  for (let i = from; i < texts.length; i++) if (Object.hasOwn(texts[i]!.plain, key)) return true
  return false
}

function without (text: JsonText, keys: readonly string[]): JsonText {
  const fields = readFields(text)
  for (const key of keys) fields.delete(key)
  return joinFields(fields)
}

function assignAll (parts: readonly StepResponse[]): Data {
  const merged: Data = {}
  for (const { data } of parts) {
    if (data !== null) for (const key of Object.keys(data)) setKey(merged, key, data[key])
  }
  return merged
}

function textOf (part: StepResponse): JsonText | null {
  if (part instanceof DecodedResponse) return isNull(part) ? JsonText.empty() : part.text
  discard(part.body)
  return part.data === null ? JsonText.empty() : null
}

/** A document that is `null` has nothing to merge, and makes the response incomplete. */
function isNull (part: StepResponse): boolean {
  return part instanceof DecodedResponse && !isDocument(part)
}

/** Whether the backend's condition was false, so that it was not called. */
export function isSkipped (answer: StepResponse): boolean {
  return answer instanceof SkippedResponse
}
