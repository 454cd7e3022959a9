import { readJson, type ReadJson } from '@floodgate/go/json'
import type { Budget } from '../evaluate/budget.ts'
import { anyDict, anyList, type Value } from '../evaluate/values.ts'

/** Reads JSON as json.Unmarshal does into an interface: numbers become float64. */
export function decodeJson (text: string, budget: Budget): ReadJson<Value> {
  return readJson<Value>(text, { object: anyDict, list: anyList, step: () => { budget.step() } })
}
