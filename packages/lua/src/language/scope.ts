import type { Capture, Local } from './ast.ts'

/** Which variables the places of one function see. */
export class FunctionScope {
  readonly parent: FunctionScope | null
  readonly captures: Capture[] = []
  readonly isVararg: boolean
  readonly #blocks: Local[][] = [[]]

  constructor (parent: FunctionScope | null, isVararg: boolean) {
    this.parent = parent
    this.isVararg = isVararg
  }

  open (): void { this.#blocks.push([]) }

  close (): void { this.#blocks.pop() }

  declare (name: string): Local {
    const local: Local = { name, captured: false, used: false, register: -1 }
    this.add(local)
    return local
  }

  /** Makes a local visible from here on. */
  add (local: Local): void { this.#blocks.at(-1)!.push(local) }

  /** Its own local of a name; null without one. */
  find (name: string): Local | null {
    for (let block = this.#blocks.length - 1; block >= 0; block--) {
      const local = this.#blocks[block]!.findLast((local) => local.name === name)
      if (local !== undefined) {
        local.used = true
        return local
      }
    }
    return null
  }

  /** The place of a variable of a function around this one among the captured ones; -1 if it is a global one. */
  capture (name: string): number {
    const { parent } = this
    if (parent === null) return -1
    const local = parent.find(name)
    if (local !== null) {
      local.captured = true
      const known = this.captures.findIndex((capture) => 'local' in capture && capture.local === local)
      return known >= 0 ? known : this.captures.push({ local }) - 1
    }
    const index = parent.capture(name)
    if (index < 0) return -1
    const known = this.captures.findIndex((capture) => 'index' in capture && capture.index === index)
    return known >= 0 ? known : this.captures.push({ index }) - 1
  }
}
