import v8 from 'node:v8'

/** Only Node 20's V8 has the flag. Later ones print to stderr that they do not know it. */
const hasBudget = process.versions.v8.startsWith('11.3.')
/** Bytes of bytecode that V8 lets a function run before it looks at optimizing it (`--interrupt-budget`). */
const usualBudget = 67_584
/** A budget that only loops over thousands of items reach while a gateway starts. */
const startBudget = 1_000_000

/**
 * Makes V8 optimize hardly any function until {@link optimizeAsUsual}. Little code of the start runs again: optimizing
 * it took up to two fifths of the processor time of a start with 2,000 endpoints. Not `--no-opt`: some loops are worth
 * it even there. Does nothing in later versions of Node, which keep compiled code instead.
 */
export function optimizeLittle (): void {
  if (hasBudget) v8.setFlagsFromString(`--interrupt-budget=${startBudget}`)
}

/** Restores V8's default optimization. */
export function optimizeAsUsual (): void {
  if (hasBudget) v8.setFlagsFromString(`--interrupt-budget=${usualBudget}`)
}
