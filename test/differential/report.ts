import type { Finding } from './differ.ts'
import type { Observation } from './observation.ts'
import type { Script } from './script.ts'
import { caseAlone } from './shrink.ts'

/** Tells of a finding: where it comes from, how to have it again, the configuration, the request, and both answers. */
export function describeFinding ({ script, finding, again }: { script: Script, finding: Finding, again: string }): string {
  const { at, differences, reference, ours, sides: [left, right] } = finding
  const test = at && script.cases[at.case]
  const request = test?.requests[at!.request]
  const before = at && at.request > 0 ? test!.requests.slice(0, at.request) : []
  const shown = at ? caseAlone(script, finding) : script
  return [
    `== ${test?.name ?? script.about}: ${differences.map(({ what }) => what).join(', ')}`,
    `again: ${again}`,
    ...differences.map(({ what, reference, ours }) => `  ${what}\n    ${left}: ${short(reference)}\n    ${right}: ${short(ours)}`),
    `configuration: ${short(shown.config, 3000)}`,
    `upstream: ${short(shown.servers['api']?.routes, 2000)}`,
    ...before.length > 0 ? [`requests before: ${short(before, 1500)}`] : [],
    ...request ? [`request: ${short(request, 1500)}`] : [],
    ...reference ? [`${left}: ${answerText(reference)}`] : [],
    ...ours ? [`${right}: ${answerText(ours)}`] : []
  ].join('\n')
}

function answerText ({ status, lines, body, broken, error, seen }: Observation): string {
  return `${error ?? status}${broken ? ' (broken off)' : ''} ${short(lines)} ${short(body)} calls ${short(seen)}`
}

function short (value: unknown, most = 800): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length})`
}
