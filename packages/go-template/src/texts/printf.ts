import { rejoin } from '@floodgate/go/text'
import { parseVerb } from './printf-verb.ts'
import { Printer } from './printer.ts'
import { typeName, type Value } from '../evaluate/values.ts'
import type { Budget } from '../evaluate/budget.ts'

/** Formats like fmt.Sprintf, with its marks for missing, extra and unfitting arguments. */
export function sprintf (format: string, args: readonly Value[], budget: Budget): string {
  const printer = new Printer(budget)
  let next = 0
  let reordered = false
  for (let at = 0; at < format.length;) {
    const percent = format.indexOf('%', at)
    printer.write(format.slice(at, percent === -1 ? format.length : percent))
    if (percent === -1) break
    const verb = parseVerb(format, percent + 1, args, next)
    at = verb.end
    next = verb.arg
    reordered ||= verb.reordered
    printer.write(verb.problems)
    if (verb.name === '') printer.write('%!(NOVERB)')
    else if (verb.name === '%') printer.write('%')
    else if (!verb.goodIndex) printer.write(`%!${verb.name}(BADINDEX)`)
    else if (next >= args.length) printer.write(`%!${verb.name}(MISSING)`)
    else printer.printArgument(args[next++]!, verb.name, verb.flags)
  }
  if (!reordered && next < args.length) writeExtra(printer, args.slice(next))
  return rejoin(printer.text)
}

/** Formats like fmt.Sprint: a space between two neighbours that are not strings. */
export function sprint (args: readonly Value[], budget: Budget): string {
  const printer = new Printer(budget)
  args.forEach((arg, i) => {
    if (i > 0 && typeof arg !== 'string' && typeof args[i - 1] !== 'string') printer.write(' ')
    printer.printArgument(arg, 'v')
  })
  return rejoin(printer.text)
}

/** Formats like fmt.Sprintln. */
export function sprintln (args: readonly Value[], budget: Budget): string {
  const printer = new Printer(budget)
  args.forEach((arg, i) => {
    if (i > 0) printer.write(' ')
    printer.printArgument(arg, 'v')
  })
  printer.write('\n')
  return rejoin(printer.text)
}

/** Formats one value with `%v`. */
export function formatValue (value: Value, budget: Budget): string {
  if (typeof value === 'string') return value
  return sprint([value], budget)
}

function writeExtra (printer: Printer, args: readonly Value[]): void {
  printer.write('%!(EXTRA ')
  args.forEach((arg, i) => {
    if (i > 0) printer.write(', ')
    printer.write(typeName(arg))
    if (arg === null) return
    printer.write('=')
    printer.printArgument(arg, 'v')
  })
  printer.write(')')
}
