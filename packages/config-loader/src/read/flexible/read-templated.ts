import { writeFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { createTemplates, TemplateError, type Rendering } from '@floodgate/go-template'
import { parseJson } from '../json-source.ts'
import { formatOfParser, parserOf, type Parser } from '../formats.ts'
import { explainFailure, readText } from '../read-text.ts'
import { maskUserInfo } from '@floodgate/settings'
import { createSource, type Source } from '../source.ts'
import { SyntaxProblem } from '../syntax-problem.ts'
import { createPartials } from './partials.ts'
import { createFinder, createRenderedSource, type FindInTemplates, type TemplateFiles } from './rendered-source.ts'
import { readFolder } from './read-folder.ts'
import { readSettings } from './settings.ts'
import { showTemplateLine } from './show-template-line.ts'

/**
 * Reads a configuration that is a template, as krakend-flexibleconfig does (template.go): settings of the folder
 * `FC_SETTINGS` are its data, it may call the templates of `FC_TEMPLATES` and include the partials of `FC_PARTIALS`,
 * and the result is written to `FC_OUT`. Positions in the source are those in the templates.
 *
 * @throws {SyntaxProblem} if a file cannot be read, a template fails or the result cannot be parsed
 */
export async function readTemplated (file: string, cwd: string, env: NodeJS.ProcessEnv, files?: Set<string>): Promise<Source> {
  const { FC_SETTINGS: settingsFolder, FC_PARTIALS: partialsFolder, FC_TEMPLATES: templatesFolder, FC_OUT: out } = env
  const settings = settingsFolder ? await readSettings(settingsFolder, cwd, files) : { data: {}, sources: [] }
  const partials = createPartials(partialsFolder ?? '', cwd, files)
  const main = basename(file)
  const templates: TemplateFiles = new Map([[main, { file, text: await readText(resolve(cwd, file)) }]])
  const called = templatesFolder ? await readFolder('FC_TEMPLATES', templatesFolder, cwd, ['.tmpl'], files) : []
  const rendering = render(main, templates, called, settings.data, partials.load, env)
  if (out) await writeResult(out, rendering.text, cwd)
  const parse = formatOf(file, out)
  const find = createFinder(rendering, { templates, partials: partials.read })
  return {
    ...parseRendered(parse, file, rendering.text, find),
    format: formatOfParser(parse),
    includes: [
      ...settings.sources,
      ...[...called, ...partials.read.values()].map(({ file, text }) => createSource(file, text, null, () => null))
    ]
  }
}

function render (
  main: string,
  templates: TemplateFiles,
  called: readonly { file: string, name: string, text: string }[],
  data: unknown,
  partial: (name: string) => string,
  env: NodeJS.ProcessEnv
): Rendering {
  const set = createTemplates({ loader: { partial }, env })
  try {
    set.parse(main, templates.get(main)!.text)
    for (const { file, name, text } of called) {
      templates.set(name, { file, text })
      set.parse(name, text)
    }
    return set.render(main, data)
  } catch (err) {
    if (!(err instanceof TemplateError)) throw err
    throw describeTemplateError(err, templates)
  }
}

function describeTemplateError (err: TemplateError, templates: TemplateFiles): SyntaxProblem {
  const { file, text } = templates.get(err.file) ?? { file: err.file, text: '' }
  const where = err.line === 0 ? null : { line: err.line, column: err.column }
  const excerpt = where === null ? null : showTemplateLine(text, where.line, where.column)
  // The position is already shown before the problem, counted in our own way.
  const message = maskUserInfo(err.message.replace(/^template: (?:[^\s:]+:(?:\d+:(?:\d+:)?)? )?/, ''))
  return new SyntaxProblem(message, where, excerpt, null, { file, code: 'template' })
}

/** The format of the result: what the file's ending says, without `.tmpl`; otherwise that of `FC_OUT`; else JSON. */
function formatOf (file: string, out: string | undefined): Parser {
  return parserOf(file.replace(/\.tmpl$/i, '')) ?? parserOf(out ?? '') ?? parseJson
}

function parseRendered (parse: Parser, file: string, text: string, find: FindInTemplates): Source {
  try {
    return createRenderedSource(parse(file, text), find)
  } catch (err) {
    if (!(err instanceof SyntaxProblem) || err.where === null) throw err
    const found = find(err.where)
    const excerpt = err.excerpt === null ? null : `${err.excerpt}\n${found?.note ?? '(as rendered)'}`
    throw new SyntaxProblem(
      `the rendered configuration is not valid: ${err.message}`,
      found ?? null,
      excerpt,
      err.instead,
      { file: found?.file ?? file, code: 'syntax' }
    )
  }
}

async function writeResult (out: string, text: string, cwd: string): Promise<void> {
  try {
    await writeFile(resolve(cwd, out), text, { mode: 0o600 })
  } catch (err) {
    throw new SyntaxProblem(
      `the rendered configuration cannot be written: ${explainFailure(err)}`,
      null,
      null,
      'set FC_OUT to a writable path',
      { file: out, code: 'unwritable-file' }
    )
  }
}
