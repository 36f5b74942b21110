// The jest transform: Node's own type stripping, so that tests run the same text that `node file.ts` runs.
// Types are checked by `npm run typecheck`, once for the whole repository.
import { stripTypeScriptTypes } from 'node:module'

export default {
  process: (source, path) => ({
    code: path.endsWith('.ts') ? stripTypeScriptTypes(source, { mode: 'strip' }) : source,
  }),
}
