import { fileURLToPath } from 'node:url'

/** The root of the repository, as a path that ends in a slash. */
export const ROOT = fileURLToPath(new URL('../', import.meta.url))
