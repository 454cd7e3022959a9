import type { Assertion } from './syntax.ts'
import type { Budget } from '../evaluate/budget.ts'
import type { Instruction } from './compile.ts'

/** A text as code points; what is no character is U+FFFD. */
export type Codes = readonly number[]

/** Starts and ends of the groups, in characters; -1 for a group that took no part. Group 0 is the whole match. */
export type Match = readonly number[]

interface Thread {
  readonly pc: number
  readonly slots: Match
}

/**
 * Finds the leftmost match from `start` on; of several there the one that a backtracking search would find first. The
 * time is linear in the text: all possibilities advance together.
 */
export function findMatch (program: readonly Instruction[], groups: number, text: Codes, start: number, budget: Budget): Match | null {
  let found: Match | null = null
  let threads: Thread[] = []
  const nothing: Match = Array<number>(groups * 2).fill(-1)
  const seen = new Int32Array(program.length).fill(-1)
  for (let at = start; at <= text.length; at++) {
    const current = threads
    threads = []
    const candidates: Thread[] = []
    for (const thread of current) follow(program, thread, text, at, seen, candidates)
    if (found === null) follow(program, { pc: 0, slots: nothing }, text, at, seen, candidates)
    budget.step(candidates.length + 1)
    for (const { pc, slots } of candidates) {
      const instruction = program[pc]!
      if (instruction.op === 'match') {
        // Possibilities of lower priority end here.
        found = slots
        break
      }
      if (instruction.op === 'char' && at < text.length && instruction.set(text[at]!)) threads.push({ pc: instruction.next, slots })
    }
    if (threads.length === 0 && found !== null) break
  }
  return found
}

/** Follows everything that consumes no character, in order of priority. */
function follow (
  program: readonly Instruction[], from: Thread, text: Codes, at: number, seen: Int32Array, reached: Thread[]
): void {
  const stack = [from]
  while (stack.length > 0) {
    const { pc, slots } = stack.pop()!
    if (seen[pc] === at) continue
    seen[pc] = at
    const instruction = program[pc]!
    switch (instruction.op) {
      case 'char': case 'match':
        reached.push({ pc, slots })
        break
      case 'jump':
        stack.push({ pc: instruction.next, slots })
        break
      case 'split':
        stack.push({ pc: instruction.other, slots }, { pc: instruction.next, slots })
        break
      case 'save': {
        const changed = [...slots]
        changed[instruction.slot] = at
        stack.push({ pc: instruction.next, slots: changed })
        break
      }
      case 'assert':
        if (holds(instruction.kind, text, at)) stack.push({ pc: instruction.next, slots })
    }
  }
}

function holds (kind: Assertion, text: Codes, at: number): boolean {
  switch (kind) {
    case 'beginText': return at === 0
    case 'endText': return at === text.length
    case 'beginLine': return at === 0 || text[at - 1] === 10
    case 'endLine': return at === text.length || text[at] === 10
    case 'word': return isWord(text[at - 1]) !== isWord(text[at])
    case 'noWord': return isWord(text[at - 1]) === isWord(text[at])
  }
}

function isWord (code: number | undefined): boolean {
  return code !== undefined && code < 0x80 && /\w/.test(String.fromCharCode(code))
}
