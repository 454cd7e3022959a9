export { compileCondition, compileRequestCondition } from './condition.ts'
export { createCheck, createCompiler, type Compile, type Expression } from './expressions.ts'
export { guardStep, type Refuse } from './guard-step.ts'
export type { Scene, Variable } from './activation.ts'
