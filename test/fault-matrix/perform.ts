/**
 * `node perform.ts PART`: disturbs the stories of this part and prints their matrices as JSON.
 * `node perform.ts pairs COUNT SEED`: the same for two calls at a time.
 */
import { disturb, type Matrix } from './support/matrix.ts'
import { disturbPairs } from './support/pairs.ts'
import { STORIES, type Part } from './support/stories.ts'
import { openTheatre, type Theatre } from './support/theatre.ts'

async function matricesOf(theatre: Theatre, part: Part): Promise<readonly Matrix[]> {
  const matrices: Matrix[] = []
  for (const story of STORIES[part]) matrices.push(await disturb(theatre, story))
  return matrices
}

const [what, count, seed] = process.argv.slice(2)
const theatre = await openTheatre()
const found =
  what === 'pairs'
    ? await disturbPairs(theatre, { count: Number(count), seed: Number(seed) })
    : await matricesOf(theatre, what as Part)
await theatre.close()
process.stdout.write(JSON.stringify(found))
