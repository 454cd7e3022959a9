import type { Override } from '../../model/environment.ts'
import type { Report } from '../../locate/problem.ts'
import { SyntaxProblem } from '../syntax-problem.ts'
import { isObject } from '@floodgate/settings'

const off = ['FC_SETTINGS', 'FC_PARTIALS', 'FC_TEMPLATES', 'FC_OUT'] as const

/** Beginning of a template action; `{{` alone also begins nested mappings in YAML. */
const action = /\{\{-?\s*(?:[.$"`(/]|[A-Za-z]+\b)[^}]*\}\}/

/** The settings for reading a file as a template. */
const advice = 'set FC_ENABLE=1, and FC_SETTINGS, FC_PARTIALS, FC_TEMPLATES if the template needs them'

/**
 * Reports variables of flexible configuration that have no effect.
 *
 * @returns the variables by the places at which they are reported
 */
export function reportFlexible (env: NodeJS.ProcessEnv, root: unknown, report: Report): Override[] {
  const found: Override[] = []
  const warn = (variable: string, message: string, instead: string): void => {
    found.push({ variable, path: [variable] })
    report({ severity: 'warning', code: 'unknown-variable', place: [variable], at: 'key', message, instead })
  }
  if (env['FC_CONFIG']) {
    warn(
      'FC_CONFIG',
      'the extended flexible configuration of KrakenD Enterprise is not supported: this variable has no effect',
      'write its settings as FC_ENABLE, FC_SETTINGS, FC_PARTIALS and FC_TEMPLATES'
    )
  }
  if (env['FC_ENABLE']) return found
  for (const variable of off) {
    if (env[variable]) {
      warn(variable, 'has no effect without FC_ENABLE: the file is not read as a template', 'set FC_ENABLE=1 too, or unset it')
    }
  }
  const where = findTemplate(root, [])
  if (where !== null) {
    report(
      {
        severity: 'warning',
        code: 'template',
        place: where.place,
        value: where.value,
        message: 'this text contains a template action, but flexible configuration is not enabled',
        instead: advice
      }
    )
  }
  return found
}

/** Finds the first text outside of `extra_config` that contains an action. */
function findTemplate (value: unknown, place: (string | number)[]): { place: (string | number)[], value: string } | null {
  // `{{.Id}}` is how the reference itself writes a parameter.
  if (typeof value === 'string') return action.test(value) && !/^[^{]*\{\{\s*\.\w+\s*\}\}[^{]*$/.test(value) ? { place, value } : null
  if (typeof value !== 'object' || value === null) return null
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? value.map((item, i) => [i, item])
    : isObject(value)
      ? Object.entries(value).filter(([key]) => key.toLowerCase() !== 'extra_config' && !/^[@$_#]/.test(key))
      : []
  for (const [key, item] of entries) {
    const found = findTemplate(item, [...place, key])
    if (found !== null) return found
  }
  return null
}

/** Improves the problem of a text that cannot be parsed because it is empty or a template. */
export function explainSyntax (problem: unknown, text: string): unknown {
  if (!(problem instanceof SyntaxProblem)) return problem
  if (text.trim() === '') {
    return new SyntaxProblem('the file is empty', null, null, 'write at least { "version": 3, "endpoints": [] }', { code: 'empty-file' })
  }
  if (!action.test(text)) return problem
  const line = text.slice(0, text.search(action)).split('\n').length
  return new SyntaxProblem(
    `the file is a template ("{{" in line ${line}), but flexible configuration is not enabled: ${problem.message}`,
    problem.where,
    problem.excerpt,
    advice,
    { code: 'template' }
  )
}
