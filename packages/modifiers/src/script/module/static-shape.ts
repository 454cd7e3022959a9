import { parse, type Expression, type Program, type Property, type SpreadElement } from 'acorn'

/** What a source says about its default export without being run. */
export type StaticShape =
  /** A function, or something that only running it would tell. */
  | { readonly kind: 'unknown' }
  /** An object, with these names. */
  | { readonly kind: 'object', readonly names: readonly string[] }
  /** None. */
  | { readonly kind: 'none' }

/** Where a source is not JavaScript. */
export interface SyntaxPlace {
  readonly message: string
  readonly line: number
  /** From 1. */
  readonly column: number
}

/** Reads the default export of an ES module without running it; a place where it is not JavaScript. */
export function readStaticShape (source: string): StaticShape | SyntaxPlace {
  let program
  try {
    program = parse(source, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true })
  } catch (error) {
    const { message, loc } = error as SyntaxError & { loc?: { line: number, column: number } }
    return { message: message.replace(/ \(\d+:\d+\)$/, ''), line: loc?.line ?? 1, column: (loc?.column ?? 0) + 1 }
  }
  return shapeOf(program)
}

function shapeOf ({ body }: Program): StaticShape {
  for (const statement of body) {
    if (statement.type === 'ExportDefaultDeclaration') {
      const { declaration } = statement
      return declaration.type === 'ObjectExpression' ? objectShape(declaration.properties) : { kind: 'unknown' }
    }
    if (statement.type === 'ExportNamedDeclaration' && statement.specifiers.some(({ exported }) => nameOf(exported as Expression) === 'default')) {
      return { kind: 'unknown' }
    }
  }
  return { kind: 'none' }
}

function objectShape (properties: readonly (Property | SpreadElement)[]): StaticShape {
  const names: string[] = []
  for (const property of properties) {
    const name = property.type === 'Property' && !property.computed ? nameOf(property.key as Expression) : null
    if (name === null) return { kind: 'unknown' }
    names.push(name)
  }
  return { kind: 'object', names }
}

function nameOf (key: Expression): string | null {
  return key.type === 'Identifier' ? key.name : key.type === 'Literal' ? String(key.value) : null
}
