/** Which images a rule is about, and how many of them or how old ones it leaves. */
export interface Selection {
  readonly tagStatus: 'tagged' | 'untagged' | 'any'
  /** An image has to have a tag for each of them. */
  readonly tagPrefixList?: readonly string[]
  /** As the prefixes; `*` stands for any characters. */
  readonly tagPatternList?: readonly string[]
  readonly countType: 'imageCountMoreThan' | 'sinceImagePushed'
  readonly countUnit?: 'days'
  /** Images, or days. */
  readonly countNumber: number
}

export interface Rule {
  /** Lower numbers go first. */
  readonly rulePriority: number
  readonly description?: string
  readonly selection: Selection
  readonly action: { readonly type: 'expire' }
}
