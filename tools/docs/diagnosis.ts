import { diagnose } from '../../packages/rollout/src/diagnosis/diagnose.ts'
import { EXAMPLES, type Example } from '../../packages/rollout/test/diagnosis/examples.ts'
import { fillBlock, table } from './tables.ts'

/** What ECS shows, what it means and what to do, for every rule, in the words that the action itself would use. */
export function fillDiagnosis(text: string): string {
  return fillBlock(text, 'diagnosis', diagnosisTable())
}

function diagnosisTable(): string {
  const heading = ['rule', 'what you see in ECS', 'what it means', 'what to do']
  return table(heading, EXAMPLES.map(row))
}

function row({ rule, sees, evidence }: Example): readonly string[] {
  const said = diagnose(evidence).find((each) => each.rule === rule)
  if (!said) throw new Error(`The example of ${rule} does not fire it.`)
  return [`\`${rule}\``, `\`${sees}\``, said.cause, said.fix].map((cell) =>
    cell.replaceAll('|', '\\|'),
  )
}
