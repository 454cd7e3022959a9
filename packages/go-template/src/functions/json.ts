import { decodeJson } from '../json/decode.ts'
import { CallError } from '../errors.ts'
import { encodeJson, type EncodeOptions } from '../json/encode.ts'
import { ANY, STRING, type Value } from '../evaluate/values.ts'
import { any, define, text, type Context, type FunctionTable } from './definition.ts'

const PLAIN: EncodeOptions = { escapeHtml: true, indent: 0 }
const PRETTY: EncodeOptions = { escapeHtml: true, indent: 2 }
const RAW: EncodeOptions = { escapeHtml: false, indent: 0 }

/** sprig's JSON functions. Without `must`, what cannot be written becomes empty and what cannot be read nil. */
export const jsonFunctions: FunctionTable = {
  toJson: define([any], STRING, ([value], context) => encodeOrEmpty(value, PLAIN, context)),
  toPrettyJson: define([any], STRING, ([value], context) => encodeOrEmpty(value, PRETTY, context)),
  toRawJson: define([any], STRING, ([value], { budget }) => encodeJson(value, RAW, budget)),
  mustToJson: define([any], STRING, ([value], { budget }) => encodeJson(value, PLAIN, budget)),
  mustToPrettyJson: define([any], STRING, ([value], { budget }) => encodeJson(value, PRETTY, budget)),
  mustToRawJson: define([any], STRING, ([value], { budget }) => encodeJson(value, RAW, budget)),
  fromJson: define([text], ANY, ([json], { budget }) => decodeJson(json, budget).value),
  mustFromJson: define([text], ANY, ([json], { budget }) => {
    const { value, problem } = decodeJson(json, budget)
    if (problem !== null) throw new CallError(problem)
    return value
  })
}

/** The two functions that KrakenD adds: `marshal` writes JSON, `include` the text of a partial as it is. */
export const configurationFunctions: FunctionTable = {
  marshal: define([any], STRING, ([value], context) => encodeOrEmpty(value, PLAIN, context)),
  include: define([text], STRING, ([name], { partial }) => partial(name) ?? '')
}

function encodeOrEmpty (value: Value, options: EncodeOptions, { budget }: Context): string {
  try {
    return encodeJson(value, options, budget)
  } catch (error) {
    if (error instanceof CallError) return ''
    throw error
  }
}
