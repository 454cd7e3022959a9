import neostandard from 'neostandard'
import plainWords from './eslint-rules/plain-words.js'

const atModuleLevel = ':matches(Program, Program > ExportNamedDeclaration) > VariableDeclaration'
const message = 'Requests share what stands at module level: one that writes to it reaches the answers of others. Make it inside a function, type it as ReadonlyMap or ReadonlySet, or say why it is safe (-- reason).'

// Files of a library that it does not export change without notice.
const insides = '/^(?:@[^/]+\\/)?[a-z][^/]*\\/(?:lib|src|dist)\\//'
const insideMessage = 'That is a file inside a dependency, which may change with any version: use what the package exports.'
const noInsides = [
  { selector: `ImportDeclaration[source.value=${insides}]`, message: insideMessage },
  { selector: `ExportNamedDeclaration[source.value=${insides}]`, message: insideMessage },
  { selector: `ImportExpression[source.value=${insides}]`, message: insideMessage },
  { selector: `CallExpression[callee.name="require"] > Literal[value=${insides}]`, message: insideMessage },
  { selector: `CallExpression[callee.callee.name="createRequire"] > Literal[value=${insides}]`, message: insideMessage }
]

export default [
  ...neostandard({ ts: true, ignores: ['**/dist/**', '.tap/**', ...neostandard.resolveIgnoresFromGitignore()] }),
  // A schema and its static type share one name.
  { rules: { 'no-redeclare': 'off', '@typescript-eslint/no-redeclare': 'off', 'no-restricted-syntax': ['error', ...noInsides] } },
  {
    // Texts, templates and patterns are not split: a search for a message finds it.
    files: ['packages/*/src/**/*.ts', 'scripts/**/*.mjs'],
    rules: {
      '@stylistic/max-len': ['error', { code: 140, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }]
    }
  },
  {
    // One call is one object, which its connection and its handler call directly: split, each request would allocate more.
    files: ['packages/http-client/src/call/client-call.ts', 'packages/http-client/src/wire/connection.ts'],
    rules: { 'max-lines': 'off' }
  },
  {
    // The keywords of JSON Schema read and write one set of evaluated properties and items.
    files: ['packages/validation/src/schema/evaluate/walk.ts'],
    rules: { 'max-lines': 'off' }
  },
  {
    files: ['packages/*/src/**/*.ts'],
    // Templates are rendered before anything is served.
    ignores: ['packages/go-template/**', 'packages/http-client/**', 'packages/tls/**'],
    rules: {
      'no-restricted-syntax': ['error',
        ...noInsides,
        { selector: `${atModuleLevel}[kind="let"]`, message },
        { selector: `${atModuleLevel} > VariableDeclarator[init.type="NewExpression"][init.callee.name=/^(Map|Set|WeakMap|WeakSet|Array|.*Array|JsonText|DecodedResponse|Passage)$/]:not([id.typeAnnotation.typeAnnotation.typeName.name=/^Readonly/])`, message },
        { selector: `${atModuleLevel} > VariableDeclarator[init.type="ObjectExpression"][init.properties.length=0]`, message },
        { selector: `${atModuleLevel} > VariableDeclarator[init.type="ArrayExpression"][init.elements.length=0]:not([id.typeAnnotation.typeAnnotation.operator="readonly"])`, message }
      ]
    }
  },
  {
    // What fails or hangs by chance.
    files: ['packages/*/test/**/*.ts', 'test/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error',
        ...noInsides,
        { selector: 'CallExpression[callee.object.name=/^https?$/][callee.property.name=/^(get|request)$/] > :matches(ArrowFunctionExpression, FunctionExpression)', message: 'An answer that breaks off has no "end", and who waits for that hangs: use call of @floodgate/testing, or await the response and read it with readAll.' },
        { selector: 'BinaryExpression[operator=/^<=?$/] > BinaryExpression[operator="-"].left > CallExpression.left[callee.object.name=/^(performance|Date)$/][callee.property.name="now"]', message: 'A machine that stops for a second fails this: measure with startRunClock of @floodgate/testing.' }
      ]
    }
  },
  {
    // Comments and messages: the list is in the rule's file.
    files: ['packages/*/src/**/*.ts'],
    plugins: { 'plain-words': plainWords },
    rules: { 'plain-words/plain-words': 'error' }
  }
]
