import neostandard from 'neostandard'

export default [
  ...neostandard({ ts: true, ignores: ['**/dist/**', '.tap/**', ...neostandard.resolveIgnoresFromGitignore()] }),
  // A schema and its static type share one name.
  { rules: { 'no-redeclare': 'off', '@typescript-eslint/no-redeclare': 'off' } }
]
