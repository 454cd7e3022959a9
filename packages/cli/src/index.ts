export { main } from './main.ts'
export { createTerminal, type Terminal } from './terminal.ts'
export { exitCodes } from './exit-codes.ts'
