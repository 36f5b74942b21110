import {
  choice,
  defineInputs,
  flag,
  InputError,
  integer,
  text,
  type InputsOf,
  type InputSource,
} from '@ecs-pipeline/action-kit'

/** The inputs of the action; quality-gate/action.yml declares the same ones and describes them. */
export const schema = defineInputs({
  policy: text(),
  'policy-from': choice(['head', 'base'], { default: 'head' }),
  'working-directory': text({ default: '.' }),
  mode: choice(['enforce', 'report'], { default: 'enforce' }),
  install: choice(['none', 'auto'], { default: 'none' }),
  'max-parallel': integer({ minimum: 1, maximum: 64 }),
  'fail-fast': flag({ default: 'false' }),
  'base-ref': text(),
  baseline: text({ default: 'cache' }),
  'baseline-branch': text(),
  annotations: choice(['changed', 'failures', 'none'], { default: 'changed' }),
  comment: choice(['never', 'on-failure', 'always'], { default: 'never' }),
  'comment-key': text(),
  'comment-from': choice(['step', 'workflow_run'], { default: 'step' }),
  'comment-report': text(),
  'github-token': text({ secret: true }),
})

type Given = InputsOf<typeof schema>

/** Where the numbers of the base branch are kept. */
export type BaselinePlace =
  | { readonly kind: 'cache' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'none' }

export interface GateInputs extends Omit<Given, 'baseline'> {
  readonly baseline: BaselinePlace
}

/** Throws one InputError that lists everything that is wrong. */
export function readGateInputs(source: InputSource): GateInputs {
  const { baseline, ...given } = schema.read(source)
  const place = placeOf(baseline)
  const problems = [...commentProblems(given), ...folderProblems(given)]
  if (!place) {
    problems.push(
      `Input 'baseline' has to be cache, none, or a file such as file:quality-baseline.json, not '${baseline}'.`,
    )
  }
  if (problems.length > 0 || !place) throw new InputError(problems)
  return { ...given, baseline: place }
}

function placeOf(text: string): BaselinePlace | undefined {
  if (text === 'cache' || text === 'none') return { kind: text }
  const path = /^file:(.+)$/.exec(text)?.[1]
  const isInside =
    path !== undefined && !path.startsWith('/') && !path.split(/[\\/]/).includes('..')
  return isInside ? { kind: 'file', path } : undefined
}

function commentProblems({
  comment,
  commentFrom,
  commentReport,
  commentKey,
  githubToken,
}: Omit<Given, 'baseline'>): string[] {
  const problems: string[] = []
  const fromRun = commentFrom === 'workflow_run'
  if (fromRun && commentReport === undefined) {
    problems.push(
      `Input 'comment-from: workflow_run' needs 'comment-report': the report.json that the run of the pull request has saved.`,
    )
  }
  if (fromRun && commentKey === undefined) {
    problems.push(
      `Input 'comment-from: workflow_run' needs 'comment-key', the same as in the run of the pull request: its report is not believed.`,
    )
  }
  if (!fromRun && commentReport !== undefined) {
    problems.push(`Input 'comment-report' is for 'comment-from: workflow_run' only.`)
  }
  if ((fromRun || comment !== 'never') && githubToken === undefined) {
    problems.push(
      `Input 'github-token' is needed for a comment. Write: github-token: \${{ github.token }}`,
    )
  }
  return problems
}

function folderProblems({ workingDirectory }: Omit<Given, 'baseline'>): string[] {
  const isInside =
    !workingDirectory.startsWith('/') && !workingDirectory.split(/[\\/]/).includes('..')
  return isInside
    ? []
    : [
        `Input 'working-directory' has to be a folder of the repository, counted from its root, not '${workingDirectory}'.`,
      ]
}
