import { resolve } from 'node:path'
import { literalOf, type FeatureContext, type Place } from '@floodgate/core'
import { createTemplates, TemplateError } from '@floodgate/go-template'
import { readRegularFile } from '@floodgate/tls'
import { maxBodyBytes, maxRenderTime, maxTemplateBytes } from './bounds.ts'
import { mayReadBody } from './may-read-body.ts'
import type { GeneratorSettings } from './settings.ts'

/** A template that makes bodies. */
export interface BodyTemplate {
  /** Whether it may look at the body of a request. */
  readonly readsRequestBody: boolean
  /**
   * Renders the data.
   *
   * @throws {TemplateError} it cannot, or takes more than the bounds allow
   */
  render (data: Readonly<Record<string, unknown>>): string
}

const BASE64 = /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/

/** What a client, or its token, decides. */
const OF_THE_CLIENT = /^(?:req_|JWT$)/

/** Prepares the template of a generator; what is wrong with it stops the start, at its line and column. Null where there is none to use. */
export function compileTemplate (
  settings: GeneratorSettings,
  contentType: string,
  place: Place,
  timeout: number,
  context: FeatureContext
): BodyTemplate | null {
  const source = readSource(settings, place, context)
  if (source === null) return null
  const { key, name, text } = source
  const templates = createTemplates(
    { literalOf, limits: { outputBytes: maxBodyBytes, milliseconds: timeout > 0 ? Math.min(timeout, maxRenderTime) : maxRenderTime } }
  )
  try {
    templates.parse(name, text)
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    context.problem([...place, key], `the template cannot be used: ${describeTemplateError(error)}`)
    return null
  }
  if (isJson(contentType)) {
    for (const { line, column, text } of templates.bareActions(name, (field) => OF_THE_CLIENT.test(field))) {
      context.warning(
        [...place, key],
        `${name}:${line}:${column}: a client's value is written into JSON as it is, and can change it: write {{ toJson … }} around it instead of ${text}`
      )
    }
  }
  return { readsRequestBody: mayReadBody(text), render: (data) => templates.execute(name, data) }
}

/** What is wrong, behind the place in our own way of counting. */
export function describeTemplateError (error: unknown): string {
  if (!(error instanceof TemplateError)) return String(error)
  const { message, file, line, column } = error
  const what = message.replace(/^template: (?:[^\s:]+:(?:\d+:(?:\d+:)?)? )?/, '')
  return line === 0 ? what : `${file}:${line}:${column}: ${what}`
}

export function isJson (contentType: string): boolean {
  return /[/+]json\s*(?:;|$)/i.test(contentType)
}

interface Source {
  readonly key: 'path' | 'template'
  /** As messages name it. */
  readonly name: string
  readonly text: string
}

function readSource ({ path = '', template = '' }: GeneratorSettings, place: Place, { problem, reads }: FeatureContext): Source | null {
  if (path === '' && template === '') {
    problem(place, 'there is no template: name a file with it in "path", or write it, in base64, in "template"')
    return null
  }
  if (path !== '' && template !== '') {
    problem([...place, 'template'], 'there is a "path" too: keep one of the two')
    return null
  }
  if (path !== '') {
    reads(resolve(path))
    try {
      return { key: 'path', name: path, text: readRegularFile(path, maxTemplateBytes).toString() }
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      problem([...place, 'path'], `cannot read ${JSON.stringify(path)}: ${code === 'ENOENT' ? 'there is no such file' : message}`)
      return null
    }
  }
  const encoded = template.replace(/[\r\n]/g, '')
  if (encoded.length > maxTemplateBytes || !BASE64.test(encoded)) {
    problem(
      [...place, 'template'],
      encoded.length > maxTemplateBytes
        ? `is larger than ${maxTemplateBytes} bytes: name a file in "path"`
        : 'must be base64: encode the template (base64 -w0 FILE), or name its file in "path"'
    )
    return null
  }
  return { key: 'template', name: 'template', text: Buffer.from(encoded, 'base64').toString() }
}
