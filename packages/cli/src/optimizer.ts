import v8 from 'node:v8'

/**
 * Keeps V8 from optimizing code until {@link optimize}. Little of a start runs again: optimizing it took up to two fifths of
 * the processor time of a start with 2,000 endpoints.
 */
export function startUnoptimized (): void {
  v8.setFlagsFromString('--no-opt')
}

/** Lets V8 optimize what runs often, as it does of its own accord. */
export function optimize (): void {
  v8.setFlagsFromString('--opt')
}
