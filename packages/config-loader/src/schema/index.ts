export { listConfigurationOptions, type ConfigurationOption } from './configuration-options.ts'
export { createConfigurationSchema } from './json-schema.ts'
export type { JsonSchema } from './strict-schema.ts'
export { joinProblems, lintSource } from './lint-source.ts'
