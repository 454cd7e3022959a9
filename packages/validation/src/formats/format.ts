import { byteSlices } from './go-strings.ts'
import { emailProblem, hostnameProblem } from './names.ts'
import { ipv4Problem, ipv6Problem } from './addresses.ts'
import { durationProblem, periodProblem } from './durations.ts'
import { jsonPointerProblem, relativePointerProblem } from './pointers.ts'
import { semverProblem } from './semver.ts'
import { dateProblem, dateTimeProblem, timeProblem } from './times.ts'
import { uriProblem, uriReferenceProblem, uriTemplateProblem } from './uris.ts'
import { uuidProblem } from './uuid.ts'
import { patternProblem } from '@floodgate/go/regexp'

/** Returns why a string does not have the format, with the reference's message; null if it has. */
export type FormatProblem = (text: string) => string | null

/**
 * The formats that the reference checks, with its rules (those of its library, which differ from the RFCs in details).
 * Other formats are not checked, as in the reference.
 */
export const formats: Readonly<Record<string, FormatProblem>> = {
  date: dateProblem,
  'date-time': (text) => dateTimeProblem(byteSlices(text)),
  duration: durationProblem,
  email: emailProblem,
  hostname: hostnameProblem,
  ipv4: ipv4Problem,
  ipv6: ipv6Problem,
  iri: uriProblem,
  'iri-reference': uriReferenceProblem,
  'json-pointer': jsonPointerProblem,
  period: periodProblem,
  regex: patternProblem,
  'relative-json-pointer': relativePointerProblem,
  semver: semverProblem,
  time: (text) => timeProblem(byteSlices(text)),
  uri: uriProblem,
  'uri-reference': uriReferenceProblem,
  'uri-template': uriTemplateProblem,
  uuid: uuidProblem
}
