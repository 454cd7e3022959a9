import v8 from 'node:v8'

/** Bytes of bytecode that V8 lets a function run before it looks at optimizing it, in Node 20 (V8 11.3, `--interrupt-budget`). */
const usualBudget = 67_584
/** What only a loop over thousands of things comes to while a gateway starts. */
const startBudget = 1_000_000

/**
 * Has V8 optimize hardly anything until {@link optimizeAsUsual}. Little of a start runs again: optimizing it took up to two
 * fifths of the processor time of a start with 2,000 endpoints. Not `--no-opt`: some loops are worth it even there.
 */
export function optimizeLittle (): void {
  v8.setFlagsFromString(`--interrupt-budget=${startBudget}`)
}

/** Lets V8 optimize what runs often, as it does of its own accord. */
export function optimizeAsUsual (): void {
  v8.setFlagsFromString(`--interrupt-budget=${usualBudget}`)
}
