export type Imports = Map<string, Map<string, string[]>>
export const floors: string[][]
export function readImports (root: string): Imports
export function findFaults (imports: Imports): string[]
export function draw (imports: Imports, options?: { all?: boolean }): string
