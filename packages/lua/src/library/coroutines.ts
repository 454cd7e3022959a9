import { NativeFunction, Thread, type Control, type LuaTable, type Machine } from '../machine/values.ts'
import { Arguments, libraryOf, native } from './arguments.ts'

/** What a coroutine costs, in bytes. */
const threadBytes = 512

/** The library `coroutine`. */
export function createCoroutineLibrary (): LuaTable {
  return libraryOf([
    native('create', create),
    controlled('resume', (machine, values, into, want) => {
      const thread = new Arguments(values, machine, 'resume').thread(1)
      const problem = problemOf(thread)
      if (problem === null) machine.resume(thread, values.slice(1), into, want)
      else machine.deliver(into, want, [false, problem])
    }),
    controlled('yield', (machine, values, into, want) => {
      const { thread } = machine
      if (thread.resumer === null) throw machine.failure('can not yield from outside of a coroutine')
      if (thread.nested > 0) throw machine.failure('attempt to yield across metamethod/C-call boundary')
      thread.resumeInto = into
      thread.resumeWant = want
      machine.leave('suspended', values)
    }),
    native('status', (args) => args.thread(1).status),
    native('running', ({ machine: { thread } }) => thread.resumer === null ? undefined : thread),
    native('wrap', (args) => {
      const thread = create(args)
      thread.isWrapped = true
      return controlled('wrap', (machine, values, into, want) => {
        const problem = problemOf(thread)
        if (problem !== null) throw machine.failure(problem)
        machine.resume(thread, values, into, want)
      })
    })
  ])
}

function create (args: Arguments): Thread {
  const body = args.function(1)
  args.machine.budget.take(threadBytes)
  return new Thread(body)
}

function problemOf ({ status }: Thread): string | null {
  return status === 'suspended' ? null : `can not resume a ${status === 'dead' ? 'dead' : 'running'} thread`
}

/** A function that changes what runs. */
export function controlled (name: string, control: Control): NativeFunction {
  const cannotRun = (_values: unknown, machine: Machine): never => { throw machine.failure(`${name} cannot be called here`) }
  return new NativeFunction(name, cannotRun, control)
}
