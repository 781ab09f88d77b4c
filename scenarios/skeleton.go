package scenarios

import "strings"

// Skeleton is a scenario to begin with, with comments. Schema is where editors
// find the JSON Schema: a URL, or a path from the file.
func Skeleton(name, schema string) []byte {
	return []byte(strings.NewReplacer("NAME", name, "SCHEMA", schema).Replace(skeleton))
}

const skeleton = `# yaml-language-server: $schema=SCHEMA
name: NAME
why: >
  Which trouble of production this is, and what a receiver has to do about it.
  Here: your receiver did its work, the answer got lost on the way, and the same
  session is told again five minutes later.
provider: uqudo # the vendor of all steps that name none; uip is another

# What can be set from outside, with --var patience=5s. Texts speak of it as
# $patience. Two are always there: $url, where the receiver is, and $account.
vars:
  patience: {default: 2s, summary: how long the receiver may take}

# What happens, one after another. Each step has exactly one verb.
steps:
  # A user of the vendor does something. Later steps speak of it by the name that
  # as gives it, and faults say what is to go wrong on the way.
  - trigger:
      as: onboarding
      event: enrollment
      faults: [{name: reset-before-response, on: first}]

  # Time passes on the mock's clock: a duration, next, or idle.
  - advance: 5m

  # An expectation is about the story itself. When it does not hold, the scenario
  # or the mock is wrong, and the run ends as an error.
  - expect: {delivery: onboarding, at: [0s, 5m]}

  # A judgement is about the receiver. When it does not hold, that is a finding,
  # and the run goes on.
  - judge:
      that: the second telling of a session is taken, not refused
      delivery: onboarding
      attempt: 2
      status: 2xx
      within: $patience
      finding: refused a session that it knows already
      otherwise: Answer 2xx when the session ID (jti) is known already.
`
