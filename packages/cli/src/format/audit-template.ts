import type { Finding } from '@floodgate/inspect/audit'
import { createTemplates } from '@floodgate/go-template'

/**
 * Formats findings with a Go template, as `krakend audit -f` does: `.Recommendations` with `.Rule`, `.Severity` and
 * `.Message`, and the functions `colored` (here the severity unchanged) and `marshal`.
 *
 * @throws {TemplateError} the template is not valid
 */
export function renderFindings (findings: readonly Finding[], template: string): string {
  const data = { Recommendations: findings.map(({ rule, severity, message }) => ({ Rule: rule, Severity: severity, Message: message })) }
  const templates = createTemplates({
    functions: {
      colored: (severity) => severity,
      marshal: (value) => JSON.stringify(value)
    }
  })
  // A shell passes \\n and \\t as two characters.
  templates.parse('format', template.replaceAll('\\n', '\n').replaceAll('\\t', '\t'))
  return templates.render('format', data).text
}
