package quarantine

import "time"

// Action is what a verdict asks for.
type Action string

// The four actions, from the strongest to the weakest.
const (
	ActionIsolate Action = "isolate" // cut the instance off
	ActionApprove Action = "approve" // ask a person before anything is cut
	ActionNotify  Action = "notify"  // tell people, change nothing
	ActionIgnore  Action = "ignore"  // record it with its reasons
)

// Verdict is what triage makes of a finding.
type Verdict struct {
	Action Action `json:"action"`
	// Score is from 0 to 100: the sum of the reasons' points, held to that range.
	Score int `json:"score"`
	// Unscored says that there is no score, and Score says nothing: a person's word was judged.
	Unscored bool     `json:"unscored,omitempty"`
	Reasons  []Reason `json:"reasons"`
}

// Reason is one contribution to a verdict, in words that a person accepts.
type Reason struct {
	// Name is the contribution's or the rule's: severity, finding-type, side,
	// occurrences, exposure, tags, threat-names, threshold, sample, archived,
	// credentials, access-key, word, exempt, age, no-instance, replay, released, false-alarm, brake, approval, policy, or override/<name of the rule>.
	Name string `json:"name"`
	// Points are what it added to the score; a rule that decides the action adds none.
	Points int    `json:"points"`
	Text   string `json:"text"`
}

// Execution is the state machine's execution in which something happened.
type Execution struct {
	ID        string    `json:"id"` // its ARN
	Name      string    `json:"name"`
	StartedAt time.Time `json:"startedAt"`
	// Version is the definition's PayloadVersion; 0 of one from before it was said.
	Version int `json:"version,omitempty"`
}

// Triage is what the triage function hands to the state machine.
type Triage struct {
	Finding   Finding    `json:"finding"`
	Verdict   Verdict    `json:"verdict"`
	Resources []Resource `json:"resources"`
	// Resource, LockKey and Incident are there when there is exactly one resource:
	// the instance, its lock's key in the ledger, and the id that the incident
	// gets unless one is open already.
	Resource *Resource `json:"resource,omitempty"`
	LockKey  string    `json:"lockKey,omitempty"`
	Incident string    `json:"incident,omitempty"`
	// Limits are those of the brake, for isolation.
	Limits Limits `json:"limits"`
	// Measures are those that are taken beyond the cut, by name.
	Measures []string `json:"measures"`
	// LockDays is for how many days the snapshots of the evidence are locked; 0 is not at all.
	LockDays int `json:"lockDays"`
	// Exempt is what must not be cut, for the check against the live instance.
	Exempt Exemptions `json:"exempt"`
	// OnSilence is what an approve verdict comes to when nobody answers: notify
	// or isolate.
	OnSilence Action `json:"onSilence"`
	// Confirmed says that a person has confirmed the cut beforehand: that an earlier
	// incident was released does not hold it back.
	Confirmed bool `json:"confirmed,omitempty"`
	// PolicyVersion is the version of the parameter with the policy that judged; 0 where it is in none.
	PolicyVersion int64 `json:"policyVersion,omitempty"`
}
