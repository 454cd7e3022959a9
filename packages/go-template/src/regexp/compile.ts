import { RegexpProblem, type Assertion, type RegexpNode } from './syntax.ts'
import type { CharSet } from './char-class.ts'

/** An instruction of the matching machine; `next` and `other` are indices, `next` is tried first. */
export type Instruction =
  { readonly op: 'char', readonly set: CharSet, next: number } |
  { readonly op: 'assert', readonly kind: Assertion, next: number } |
  { readonly op: 'save', readonly slot: number, next: number } |
  { readonly op: 'split', next: number, other: number } |
  { readonly op: 'jump', next: number } |
  { readonly op: 'match' }

/** Instructions of the largest expression: each costs work at every character. */
const MOST_INSTRUCTIONS = 20_000

/** Compiles to instructions; the first one starts the match. */
export function compileRegexp (node: RegexpNode, pattern: string): Instruction[] {
  const program: Instruction[] = []
  const emit = (instruction: Instruction): number => {
    if (program.length >= MOST_INSTRUCTIONS) throw new RegexpProblem('expression too large', pattern.slice(0, 100))
    return program.push(instruction) - 1
  }
  const wrap = (index: number, inner: () => void) => {
    emit({ op: 'save', slot: 2 * index, next: program.length + 1 })
    inner()
    emit({ op: 'save', slot: 2 * index + 1, next: program.length + 1 })
  }
  /** Emits instructions that go on behind the last of them. */
  const add = (part: RegexpNode): void => {
    switch (part.op) {
      case 'empty': return
      case 'set':
        emit({ op: 'char', set: part.set, next: program.length + 1 })
        return
      case 'assert':
        emit({ op: 'assert', kind: part.kind, next: program.length + 1 })
        return
      case 'capture': return wrap(part.index, () => { add(part.node) })
      case 'concat': return part.nodes.forEach(add)
      case 'alternate': return addAlternatives(part.nodes)
      case 'repeat': return addRepeat(part.node, part.min, part.max, part.greedy)
    }
  }
  const addAlternatives = (nodes: readonly RegexpNode[]) => {
    const ends: number[] = []
    nodes.forEach((inner, i) => {
      if (i === nodes.length - 1) return add(inner)
      const split = emit({ op: 'split', next: program.length + 1, other: -1 })
      add(inner)
      ends.push(emit({ op: 'jump', next: -1 }))
      setOther(program, split, true)
    })
    for (const end of ends) (program[end] as { next: number }).next = program.length
  }
  const addOptional = (greedy: boolean, inner: () => void) => {
    const split = emit({ op: 'split', next: program.length + 1, other: -1 })
    inner()
    setOther(program, split, greedy)
  }
  const addLoop = (inner: RegexpNode, greedy: boolean) => {
    const start = program.length
    add(inner)
    const split = emit({ op: 'split', next: start, other: program.length + 1 })
    if (!greedy) program[split] = { op: 'split', next: split + 1, other: start }
  }
  const addRepeat = (inner: RegexpNode, min: number, max: number, greedy: boolean) => {
    if (max === -1) {
      for (let i = 1; i < min; i++) add(inner)
      if (min > 0) addLoop(inner, greedy)
      else addOptional(greedy, () => { addLoop(inner, greedy) })
      return
    }
    for (let i = 0; i < min; i++) add(inner)
    const addRest = (left: number) => {
      if (left > 0) addOptional(greedy, () => { add(inner); addRest(left - 1) })
    }
    addRest(max - min)
  }
  wrap(0, () => { add(node) })
  emit({ op: 'match' })
  return program
}

/** Lets a split that was emitted before its body pass behind it. */
function setOther (program: Instruction[], split: number, greedy: boolean): void {
  const inside = split + 1
  const behind = program.length
  program[split] = greedy ? { op: 'split', next: inside, other: behind } : { op: 'split', next: behind, other: inside }
}
