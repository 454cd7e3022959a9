import { BOOL } from '../evaluate/values.ts'
import { CallError } from '../errors.ts'
import { define, text, type FunctionTable } from './definition.ts'
import { parseConstraints, satisfies } from '../semver/constraint.ts'
import { parseVersion, VERSION_POINTER, type Version } from '../semver/version.ts'

/** sprig's functions on semantic versions. */
export const semverFunctions: FunctionTable = {
  semver: define([text], VERSION_POINTER, ([version]) => parsed(version)),
  semverCompare: define([text, text], BOOL, ([constraint, version], { budget }) => {
    const alternatives = parseConstraints(constraint, budget)
    if (typeof alternatives === 'string') throw new CallError(alternatives)
    return satisfies(alternatives, parsed(version))
  })
}

function parsed (text: string): Version {
  const version = parseVersion(text)
  if (typeof version === 'string') throw new CallError(version)
  return version
}
