import { headerLines, type CompileCondition, type CompileRequestCondition, type CoreRequest } from '@floodgate/core'
import { createActivation } from './activation.ts'
import { createCompiler, type Compile } from './expressions.ts'

// eslint-disable-next-line no-restricted-syntax -- code that is loaded when first needed, at boot
let compile: Compile | undefined
// eslint-disable-next-line no-restricted-syntax -- code that is loaded when first needed, at boot
let compileRequest: Compile | undefined

/**
 * Compiles a condition over the request as the client sent it (`req_headers`, `req_method`, `req_path`, `JWT`, the
 * functions of `security/policies`) and `value`. A condition that fails counts as false. The engine is loaded with the
 * first condition.
 *
 * @throws {SyntaxError} what is not CEL, names something unknown, or can never be a bool
 */
export const compileCondition: CompileCondition = (source) => {
  compile ??= createCompiler({ macros: true, more: { value: 'string' } })
  const expression = compile(source)
  const activate = createActivation(expression.names)
  return (incoming, value) => {
    const scene = {
      request: {
        incoming,
        method: incoming.method,
        headers: headerLines(incoming),
        params: incoming.params ?? {},
        query: null,
        target: ''
      } as CoreRequest,
      response: null
    }
    return expression.ask({ ...activate(scene), value }, scene) === null
  }
}

/**
 * Compiles a condition over a request on its way to a backend, in the language of `security/policies`. One that fails does not
 * hold. The engine is loaded with the first.
 *
 * @throws {SyntaxError} what is not CEL, names something unknown, or can never be a bool
 */
export const compileRequestCondition: CompileRequestCondition = (source) => {
  compileRequest ??= createCompiler({ macros: true })
  const expression = compileRequest(source)
  const activate = createActivation(expression.names)
  return (request) => {
    const scene = { request, response: null }
    return expression.ask(activate(scene), scene) === null
  }
}
