import { builtins } from './builtins.ts'
import { CallError } from '../errors.ts'
import { configurationFunctions, jsonFunctions } from './json.ts'
import { dateFunctions } from './dates.ts'
import { defaultFunctions } from './collections/defaults.ts'
import { dictFunctions } from './collections/dicts.ts'
import { encodingFunctions } from './text/encoding.ts'
import { environmentFunctions } from './environment.ts'
import { listFunctions } from './collections/lists.ts'
import { mathFunctions } from './math.ts'
import { pathFunctions } from './text/paths.ts'
import { randomFunctions } from './random.ts'
import { reflectionFunctions } from './reflection.ts'
import { regexFunctions } from './text/regex.ts'
import { semverFunctions } from './semver.ts'
import { stringFunctions } from './text/strings.ts'
import { toPlain, toValue } from '../evaluate/data.ts'
import { urlFunctions } from './text/url.ts'
import { wordFunctions } from './text/words.ts'
import { ANY, type Value } from '../evaluate/values.ts'
import { any, define, rest, type FunctionTable, type GoFunction } from './definition.ts'

/** A function of the caller's: gets and returns plain JavaScript values; what it throws ends the execution. */
export type CustomFunction = (...args: unknown[]) => unknown

/** All functions by topic, sprig's before Go's where both have a name (`slice`). */
export const functionTables: Readonly<Record<string, FunctionTable>> = {
  Go: builtins,
  Configuration: configurationFunctions,
  Strings: stringFunctions,
  Words: wordFunctions,
  Lists: listFunctions,
  Maps: dictFunctions,
  Defaults: defaultFunctions,
  Numbers: mathFunctions,
  JSON: jsonFunctions,
  Encoding: encodingFunctions,
  'Regular expressions': regexFunctions,
  Dates: dateFunctions,
  Versions: semverFunctions,
  Paths: pathFunctions,
  URLs: urlFunctions,
  Types: reflectionFunctions,
  Environment: environmentFunctions,
  Random: randomFunctions
}

/** Functions of sprig's that are not here, and why. */
export const unsupportedFunctions: ReadonlyMap<string, string> = new Map([
  ...['bcrypt', 'htpasswd', 'derivePassword', 'genPrivateKey', 'buildCustomCert', 'genCA', 'genCAWithKey',
    'genSelfSignedCert', 'genSelfSignedCertWithKey', 'genSignedCert', 'genSignedCertWithKey']
    .map(
      (name): [string, string] => [name, 'of sprig is not supported: make keys, certificates and password hashes outside of the template']
    ),
  ['getHostByName', 'of sprig is not supported: rendering does not use the network']
])

/** Puts all functions into one map, the caller's on top. */
export function collectFunctions (custom: Readonly<Record<string, CustomFunction>>): ReadonlyMap<string, GoFunction> {
  const functions = new Map(Object.values(functionTables).flatMap((table) => Object.entries(table)))
  for (const [name, run] of Object.entries(custom)) functions.set(name, fromCustom(run))
  return functions
}

function fromCustom (run: CustomFunction): GoFunction {
  return define([rest(any)], ANY, (args: Value[]) => {
    try {
      return toValue(run(...args.map(toPlain)))
    } catch (error) {
      throw new CallError(error instanceof Error ? error.message : String(error), { cause: error })
    }
  })
}
