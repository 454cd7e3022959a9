export { createProgram } from './program.ts'
export { exitCodes } from './exit-codes.ts'
