import { ANY, BOOL, isZero } from '../../evaluate/values.ts'
import { any, bool, define, rest, type FunctionTable } from '../definition.ts'

/** sprig's functions on missing values. */
export const defaultFunctions: FunctionTable = {
  default: define([any, rest(any)], ANY, ([fallback, given = null]) => isZero(given) ? fallback : given),
  empty: define([any], BOOL, ([value]) => isZero(value)),
  coalesce: define([rest(any)], ANY, (values) => values.find((value) => !isZero(value)) ?? null),
  all: define([rest(any)], BOOL, (values) => values.every((value) => !isZero(value))),
  any: define([rest(any)], BOOL, (values) => values.some((value) => !isZero(value))),
  ternary: define([any, any, bool], ANY, ([yes, no, condition]) => condition ? yes : no)
}
