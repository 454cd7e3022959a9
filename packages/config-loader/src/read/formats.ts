import { extname } from 'node:path'
import { parseJson } from './json-source.ts'
import type { ConfigFormat, Source } from './source.ts'
import { parseToml } from './toml-source.ts'
import { parseYaml } from './yaml-source.ts'

/** Parses the text of a file. */
export type Parser = (file: string, text: string) => Source

/** Names the format that a parser is for. */
export function formatOfParser (parse: Parser): ConfigFormat {
  return parse === parseYaml ? 'yaml' : parse === parseToml ? 'toml' : 'json'
}

/** Returns the parser for a file's extension, if there is one. */
export function parserOf (file: string): Parser | undefined {
  return parsers[extname(file).toLowerCase()]
}

export const parsers: Readonly<Record<string, Parser>> = {
  '.json': parseJson,
  '.yaml': parseYaml,
  '.yml': parseYaml,
  '.toml': parseToml
}
