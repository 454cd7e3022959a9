import { deepEqual } from '../texts/deep-equal.ts'
import { BOOL, STRING, typeName, typeOf, type Value } from '../evaluate/values.ts'
import { any, define, text, type FunctionTable } from './definition.ts'

/** sprig's functions on types. */
export const reflectionFunctions: FunctionTable = {
  typeOf: define([any], STRING, ([value]) => typeName(value)),
  typeIs: define([text, any], BOOL, ([name, value]) => name === typeName(value)),
  typeIsLike: define([text, any], BOOL, ([name, value]) => name === typeName(value) || `*${name}` === typeName(value)),
  kindOf: define([any], STRING, ([value]) => kindOf(value)),
  kindIs: define([text, any], BOOL, ([name, value]) => name === kindOf(value)),
  deepEqual: define([any, any], BOOL, ([a, b], { budget }) => deepEqual(a, b, budget))
}

function kindOf (value: Value): string {
  return value === null ? 'invalid' : typeOf(value).kind
}
