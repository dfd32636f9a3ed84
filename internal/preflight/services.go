package preflight

// Detector is one of GuardDuty's.
type Detector struct {
	On bool
	// Frequency is how soon a repeated finding is sent again: FIFTEEN_MINUTES, ONE_HOUR or SIX_HOURS.
	Frequency string
}

// Rule is one of EventBridge's.
type Rule struct {
	Enabled bool
	Pattern string
	Targets []RuleTarget
}

// RuleTarget is what a rule hands its events to.
type RuleTarget struct {
	ARN         string
	DeadLetters string // the ARN of the queue, "" where there is none
}

// Subscribers are those of a topic.
type Subscribers struct {
	Confirmed, Pending int
	// AtLeast says that there are more than were read.
	AtLeast bool
}

// Alarm is one of CloudWatch's.
type Alarm struct {
	Name    string
	Rings   bool // its state is ALARM
	Acts    bool // its actions are switched on
	Actions []string
}

// Principal is a user or a role.
type Principal struct {
	ARN, Name string
	User      bool
	Path      string
	Trust     string   // of a role: who may assume it, a policy document
	Policies  []string // the documents: inline, attached, and those of a user's groups
}
